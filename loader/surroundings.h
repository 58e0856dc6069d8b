/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * surroundings.h - what whoever started kpark has left it: rights, environment,
 * descriptors.
 */
#ifndef KPARK_SURROUNDINGS_H
#define KPARK_SURROUNDINGS_H

#include <stdbool.h>

/*
 * Before anything else: refuses to run with rights that its caller does not
 * have, and makes the rest harmless. 0, or an exit code after one line on stderr.
 */
int surroundings_clean(void);

/* What children see of it: a PATH of the system's, and what only bears on how
 * text looks. */
void surroundings_clean_environment(void);

#endif
