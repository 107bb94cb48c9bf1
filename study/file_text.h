/* What a file of results says about itself, for people or as JSON: the text of `matthew info`.
 *
 * Reads files of any origin, as output/info.h and study/sweep_info.h do. Texts of files are shown with nothing in them
 * that acts on a terminal. Thread rule: HDF5 is used, so one caller at a time in a process. Cost: some milliseconds;
 * for a sweep it reads the status of every run. */
#ifndef MATTHEW_STUDY_FILE_TEXT_H
#define MATTHEW_STUDY_FILE_TEXT_H

#include "core/status.h"
#include "core/text.h"

/* Appends what is in a history or a sweep's file. Returns a status code: NOT_FOUND, READ_FAILED, NO_MEMORY. */
int file_text_print(struct text *text, const char *path, int json, struct failure *failure);

#endif
