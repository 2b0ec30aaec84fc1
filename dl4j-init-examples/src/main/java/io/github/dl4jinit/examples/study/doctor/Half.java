package io.github.dl4jinit.examples.study.doctor;

import io.github.dl4jinit.examples.data.DataFolder;
import io.github.dl4jinit.examples.data.LabelledData;
import io.github.dl4jinit.examples.data.StoredData;

/** The half that sets bounds, or the one that judges them. */
enum Half {
    SETTING(StoredData.LETTER),
    JUDGING(StoredData.COIL20);

    private final StoredData data;

    Half(StoredData data) {
        this.data = data;
    }

    LabelledData load(DataFolder folder) {
        return data.load(folder);
    }
}
