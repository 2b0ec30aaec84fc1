package io.github.dl4jinit.network;

import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A user's own layers and vertices on SameDiff, which nobody has registered. */
@SuppressWarnings("NullAway") // SameDiff layers have the parameters that they define.
public final class OwnSameDiff {

    private OwnSameDiff() {}

    /** tanh(x W), five to four. */
    public static final class Dense extends SameDiffLayer {

        private static final long serialVersionUID = 1L;

        @Override
        public InputType getOutputType(int index, InputType input) {
            return InputType.feedForward(4);
        }

        @Override
        public void setNIn(InputType input, boolean override) {
            // Always five.
        }

        @Override
        public InputPreProcessor getPreProcessorForInputType(InputType input) {
            return null;
        }

        @Override
        public void defineParameters(SDLayerParams parameters) {
            parameters.addWeightParam("W", 5, 4);
        }

        @Override
        public void initializeParameters(Map<String, INDArray> parameters) {
            draw(parameters.get("W"));
        }

        @Override
        public SDVariable defineLayer(
                SameDiff graph, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
            return graph.math().tanh(input.mmul(parameters.get("W")));
        }
    }

    /** x^2. */
    public static final class Square extends SameDiffLambdaLayer {

        private static final long serialVersionUID = 1L;

        @Override
        public SDVariable defineLayer(SameDiff graph, SDVariable input) {
            return input.mul(input);
        }

        @Override
        public InputType getOutputType(int index, InputType input) {
            return input;
        }
    }

    /** x itself. */
    public static final class Nothing extends SameDiffLambdaLayer {

        private static final long serialVersionUID = 1L;

        @Override
        public SDVariable defineLayer(SameDiff graph, SDVariable input) {
            return input;
        }

        @Override
        public InputType getOutputType(int index, InputType input) {
            return input;
        }
    }

    /** The product of two signals. */
    public static final class Product extends SameDiffLambdaVertex {

        private static final long serialVersionUID = 1L;

        @Override
        public SDVariable defineVertex(SameDiff graph, VertexInputs inputs) {
            return inputs.getInput(0).mul(inputs.getInput(1));
        }

        @Override
        public InputType getOutputType(int index, InputType... inputs) {
            return inputs[0];
        }
    }

    /** The sum of the squares of tanh(x W) - y, four to four. */
    public static final class Output extends SameDiffOutputLayer {

        private static final long serialVersionUID = 1L;

        @Override
        public InputType getOutputType(int index, InputType input) {
            return InputType.feedForward(4);
        }

        @Override
        public void setNIn(InputType input, boolean override) {
            // Always four.
        }

        @Override
        public InputPreProcessor getPreProcessorForInputType(InputType input) {
            return null;
        }

        @Override
        public void defineParameters(SDLayerParams parameters) {
            parameters.addWeightParam("W", 4, 4);
        }

        @Override
        public void initializeParameters(Map<String, INDArray> parameters) {
            draw(parameters.get("W"));
        }

        @Override
        public SDVariable defineLayer(
                SameDiff graph, SDVariable input, SDVariable labels, Map<String, SDVariable> parameters) {
            SDVariable output = graph.math().tanh("output", input.mmul(parameters.get("W")));
            return graph.math().square(output.sub(labels)).sum();
        }

        @Override
        public String activationsVertexName() {
            return "output";
        }
    }

    private static void draw(INDArray weights) {
        weights.assign(Networks.normal(7, weights.dataType(), weights.shape()));
    }
}
