package io.github.dl4jinit.contract;

import io.github.dl4jinit.contract.Signal.DoesNotFit;
import io.github.dl4jinit.contract.Signal.Domain;
import io.github.dl4jinit.contract.Twist.Group;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;

/** How a random network ends. */
enum Ending {
    /** With weights of its own. */
    OUTPUT,
    /** Without. */
    LOSS,
    CENTRE_LOSS;

    /** DL4J freezes no output layers. */
    static final Set<Group> TWISTS =
            Set.of(Group.DROPOUT, Group.NOISE, Group.CONSTRAINT, Group.START, Group.BIAS, Group.PENALTY);

    Layer layer(Kind.Making making, Loss loss, Set<Twist> twists) {
        Domain domain = making.in().domain();
        int classes = this == LOSS ? making.in().channels() : making.out();
        boolean fits =
                switch (this) {
                    case OUTPUT -> domain != Domain.WORD && domain != Domain.SENTENCE;
                    case LOSS -> twists.isEmpty() && domain != Domain.WORD && domain != Domain.SENTENCE;
                    case CENTRE_LOSS -> domain == Domain.VECTOR && loss.isOneHot();
                };
        boolean twistsFit = twists.stream().map(Twist::group).allMatch(TWISTS::contains)
                && (domain != Domain.VECTOR || !twists.contains(Twist.SPATIAL_DROPOUT));
        if (!fits || !twistsFit || (loss.isOneHot() && classes < 2)) {
            throw new DoesNotFit(this + " of " + domain);
        }
        return Twist.build(builder(making, loss), UnaryOperator.identity(), twists);
    }

    private Layer.Builder<?> builder(Kind.Making making, Loss loss) {
        return switch (this) {
            case CENTRE_LOSS ->
                new CenterLossOutputLayer.Builder(loss.function())
                        .nOut(making.out())
                        .activation(loss.activation());
            case OUTPUT ->
                making.in().domain() == Domain.SERIES
                        ? new RnnOutputLayer.Builder(loss.function())
                                .nOut(making.out())
                                .dataFormat(making.series())
                                .activation(loss.activation())
                        : new OutputLayer.Builder(loss.function())
                                .nOut(making.out())
                                .activation(loss.activation());
            case LOSS ->
                switch (making.in().domain()) {
                    case SERIES ->
                        new RnnLossLayer.Builder(loss.function())
                                .dataFormat(making.series())
                                .activation(loss.activation());
                    case IMAGE ->
                        new CnnLossLayer.Builder(loss.function())
                                .format(making.images())
                                .activation(loss.activation());
                    default -> new LossLayer.Builder(loss.function()).activation(loss.activation());
                };
        };
    }
}
