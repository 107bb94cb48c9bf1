/* What a validation found, as a table for people or as JSON. Thread rule: a text belongs to one thread. */
#ifndef MATTHEW_STUDY_VALIDATE_TEXT_H
#define MATTHEW_STUDY_VALIDATE_TEXT_H

#include "core/text.h"
#include "study/validate.h"

void validation_print(struct text *text, const struct validation *validation, const struct scenario *scenario,
                      int json);

#endif
