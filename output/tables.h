/* Every table of the library as one JSON document: for documents, completion and other languages. Constant; any thread.
 * Cost: under a millisecond. */
#ifndef MATTHEW_OUTPUT_TABLES_H
#define MATTHEW_OUTPUT_TABLES_H

/* {"columns": [{"name": "firm_id", ...}, ...], ...}: a list of rows for each table, whose cells are texts, numbers,
 * null for numbers that there are not, or lists of texts. The caller frees it with memory_free; null when memory is
 * short. */
char *tables_text(void);

#endif
