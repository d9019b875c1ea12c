/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of measures.h, and a look-up by name.
 */
#include "detectors/words/measures.h"

#define MEASURE_ROW(id, name, unit, english, japanese) {name, unit, english, japanese},
const struct measure_row measure_rows[MEASURES_N] = {MEASURES(MEASURE_ROW)};

enum measure_id measure_of_name(struct slice name)
{
    int i = 0;
    while (i < MEASURES_N && !slice_equal(slice_of(measure_rows[i].name), name))
        i++;
    return (enum measure_id)i;
}
