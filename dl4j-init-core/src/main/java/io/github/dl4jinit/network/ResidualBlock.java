package io.github.dl4jinit.network;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What lies between the point where a signal branches and the element-wise add where its branches meet again.
 *
 * <p>Found from the adds alone: the branching point is the last step that all operands of an add depend on. An add whose
 * operands depend on no common step is none. Of the paths to the add the one with the fewest layers (of these, with the
 * fewest steps) is taken for the shortcut; a step is on a path if it depends on the branching point and the operand
 * depends on it. Layers of an inner block count for the outer one as well.
 *
 * @param split name of the step whose output branches
 * @param add name of the add
 * @param identity whether the shortcut has no step at all
 * @param shortcut the layers with parameters on the shortcut, in the order of execution; mostly none, or a projection
 * @param branches the layers with parameters on each of the other paths, in the order of execution; one path unless more
 *     than two operands are added
 */
@API(status = API.Status.STABLE, since = "0.1")
public record ResidualBlock(
        String split, String add, boolean identity, List<LayerView> shortcut, List<List<LayerView>> branches) {

    /** Makes the lists immutable. */
    public ResidualBlock {
        shortcut = List.copyOf(shortcut);
        branches = branches.stream().map(List::copyOf).toList();
    }

    private record Path(List<LayerView> layers, int steps) {}

    /**
     * Finds the blocks of a network.
     *
     * @param flow in the order of execution
     * @return in the order of their adds
     */
    public static List<ResidualBlock> in(List<FlowNode> flow) {
        List<BitSet> ancestors = new ArrayList<>();
        List<ResidualBlock> blocks = new ArrayList<>();
        for (int i = 0; i < flow.size(); i++) {
            FlowNode step = flow.get(i);
            BitSet reach = new BitSet();
            step.sources().forEach(source -> reach.or(ancestors.get(source)));
            reach.set(i);
            ancestors.add(reach);
            if (step.kind() == FlowNode.Kind.ADD && step.sources().size() > 1) {
                int split = lastCommon(step.sources(), ancestors);
                if (split >= 0) {
                    blocks.add(between(split, step, flow, ancestors));
                }
            }
        }
        return blocks;
    }

    private static int lastCommon(List<Integer> operands, List<BitSet> ancestors) {
        BitSet common = (BitSet) ancestors.get(operands.get(0)).clone();
        operands.forEach(operand -> common.and(ancestors.get(operand)));
        return common.length() - 1;
    }

    private static ResidualBlock between(int split, FlowNode add, List<FlowNode> flow, List<BitSet> ancestors) {
        List<Path> paths = add.sources().stream()
                .map(operand -> path(split, operand, flow, ancestors))
                .sorted(Comparator.comparingInt((Path path) -> path.layers().size())
                        .thenComparingInt(Path::steps))
                .toList();
        Path shortcut = paths.get(0);
        return new ResidualBlock(
                flow.get(split).name(),
                add.name(),
                shortcut.steps() == 0,
                shortcut.layers(),
                paths.stream().skip(1).map(Path::layers).toList());
    }

    private static Path path(int split, int operand, List<FlowNode> flow, List<BitSet> ancestors) {
        List<LayerView> layers = new ArrayList<>();
        int steps = 0;
        for (int i = split + 1; i <= operand; i++) {
            if (ancestors.get(operand).get(i) && ancestors.get(i).get(split)) {
                steps++;
                LayerView layer = flow.get(i).layer();
                if (layer != null) {
                    layers.add(layer);
                }
            }
        }
        return new Path(layers, steps);
    }
}
