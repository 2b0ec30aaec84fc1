package io.github.dl4jinit.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

class CsvTableTest {
    @TempDir
    private Path folder;

    private Path table(String text) throws IOException {
        return Files.writeString(folder.resolve("my table.csv"), text);
    }

    private static String rows(String label, int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++) {
            rows.append(i).append(',').append(i * 10).append(',').append(label).append('\n');
        }
        return rows.toString();
    }

    private AbstractThrowableAssert<?, ?> refusal(String text) throws IOException {
        Path file = table(text);
        return assertThatThrownBy(() -> CsvTable.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file.toString());
    }

    @Test
    void read_ofIris_splitsEachClassInFifths() {
        LabelledData data = CsvTable.read(RealData.with("uci").resolve("uci/iris.csv"));
        assertThat(data.classNames()).containsExactly("Iris-setosa", "Iris-versicolor", "Iris-virginica");
        assertThat(data.train().getLabels().sum(0).toIntVector()).containsExactly(30, 30, 30);
        assertThat(data.validation().getLabels().sum(0).toIntVector()).containsExactly(10, 10, 10);
        assertThat(data.test().getLabels().sum(0).toIntVector()).containsExactly(10, 10, 10);
        assertThat(data.inputs()).isEqualTo(4);
        assertThat(data.image()).isNull();
        assertThatThrownBy(() -> data.asImages(data.train())).hasMessageContaining("iris.csv has no images");
    }

    @Test
    void read_ofEveryUciTable_findsItsClasses() {
        Path uci = RealData.with("uci").resolve("uci");
        assertThat(CsvTable.read(uci.resolve("wine.csv")).classNames()).containsExactly("1", "2", "3");
        // One of its columns is constant: centred, not divided by zero.
        LabelledData ionosphere = CsvTable.read(uci.resolve("ionosphere.csv"));
        assertThat(ionosphere.classNames()).containsExactly("b", "g");
        assertThat(ionosphere.test().getFeatures().isNaN().any()).isFalse();
        assertThat(CsvTable.read(uci.resolve("optdigits.tra")).inputs()).isEqualTo(64);
    }

    /** Feature 1 is ten times feature 0, so both standardize to the same; 20 rows of a and 10 of b make distinct pairs. */
    @Test
    void parts_ofOneFile_areTheSameEachTimeAndShareNoRow() throws IOException {
        Path file = table(rows("a", 20) + rows("b", 10));
        LabelledData data = CsvTable.read(file);
        assertThat(CsvTable.read(file).test().getFeatures())
                .isEqualTo(data.test().getFeatures());
        List<String> rows = new ArrayList<>();
        for (DataSet part : List.of(data.train(), data.validation(), data.test())) {
            for (int i = 0; i < part.numExamples(); i++) {
                assertThat(part.getFeatures().getFloat(i, 1))
                        .isCloseTo(part.getFeatures().getFloat(i, 0), within(1e-6f));
                rows.add(part.getFeatures().getFloat(i, 0) + " "
                        + part.getLabels().getRow(i));
            }
        }
        assertThat(rows).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void read_withHeaderBlankLinesAndQuotes_takesTheRowsOnly() throws IOException {
        Path file = table("\uFEFFwidth,\"height\",kind\n" + rows("\"a, b\"", 5) + "\n"
                + rows("10", 5).replace(",", " , ") + "\n\n");
        LabelledData data = CsvTable.read(file);
        assertThat(data.classNames()).containsExactly("10", "a, b");
        assertThat(data.train().numExamples()).isEqualTo(6);
        assertThat(data.name()).isEqualTo("my table.csv");
    }

    @Test
    void classes_thatAreNumbers_areInTheirOrder() throws IOException {
        assertThat(CsvTable.read(table(rows("10", 5) + rows("9", 5) + rows("-1", 5)))
                        .classNames())
                .containsExactly("-1", "9", "10");
    }

    @Test
    void read_ofDefects_namesTheLineAndTheColumn() throws IOException {
        refusal(rows("a", 3) + "1,x,a\n").hasMessageContaining("line 4: column 2 is 'x', expected a finite number");
        refusal("1,?,a\n" + rows("a", 3)).hasMessageContaining("line 1: column 2 is '?'");
        refusal(rows("a", 3) + "1,,a\n").hasMessageContaining("line 4: column 2 is ''");
        refusal(rows("a", 3) + "1,NaN,a\n").hasMessageContaining("line 4: column 2 is 'NaN'");
        refusal(rows("a", 3) + "1,a\n").hasMessageContaining("line 4: it has 2 columns, expected 3");
        refusal(rows("a", 3) + "1,2,\n").hasMessageContaining("line 4: the class in column 3 is empty");
        refusal("1;2;a\n").hasMessageContaining("line 1: it has 1 columns, expected at least 2, separated by commas");
        refusal(rows("a", 3) + "1,\"2,a\n").hasMessageContaining("line 4");
    }

    @Test
    void read_ofTablesThatAreNoClassification_saysWhy() throws IOException {
        refusal("").hasMessageContaining("has no rows");
        refusal("width,height,kind\n").hasMessageContaining("has no rows");
        refusal(rows("a", 9)).hasMessageContaining("has only the class 'a'");
        refusal("1,2,0.1\n1,2,0.2\n1,2,0.3\n")
                .hasMessageContaining("has 1 rows of class '0.1', needs at least 5. Is the class in the last column?");
        assertThatThrownBy(() -> CsvTable.read(folder.resolve("none.csv")))
                .hasMessageContaining("none.csv is not a file");
    }
}
