/* SPDX-License-Identifier: GPL-2.0-only */
/* compat.h - kpark under the name of kexec */
#ifndef KPARK_COMPAT_H
#define KPARK_COMPAT_H

#include <stdbool.h>

/* Is this how kexec-tools' command is called? */
bool compat_is_meant(const char *argv0);

/* All of main() then; an exit code. */
int compat_main(int argc, char **argv);

#endif
