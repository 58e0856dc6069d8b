// SPDX-License-Identifier: GPL-2.0-only
/*
 * surroundings.c - what whoever started kpark has left it.
 *
 * kpark is for root. It is not made to be setuid, where the caller chooses
 * environment, descriptors and limits; under sudo it may get some of them.
 */
#include "surroundings.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "kpark.h"

extern char **environ;

/* KPARK_HANDED_ON: compat.c */
static const char *const harmless[] = {
	"LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "TERM", "KPARK_HANDED_ON",
};

#define HARMLESS	(sizeof(harmless) / sizeof(harmless[0]))

static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

/*
 * getauxval(3), AT_SECURE: setuid, setgid, file capabilities. A service that
 * changes its domain under SELinux has it too, but its caller is root.
 */
static bool has_borrowed_rights(void)
{
	return getuid() && (getauxval(AT_SECURE) || getuid() != geteuid());
}

static char *variable(const char *name)
{
	size_t length = strlen(name);

	for (char **at = environ; at && *at; at++)
		if (!strncmp(*at, name, length) && (*at)[length] == '=')
			return *at;
	return NULL;
}

void surroundings_clean_environment(void)
{
	static char *clean[HARMLESS + 2];
	size_t count = 0;

	clean[count++] = path;
	for (size_t i = 0; i < HARMLESS; i++) {
		char *found = variable(harmless[i]);

		if (found)
			clean[count++] = found;
	}
	clean[count] = NULL;
	environ = clean;
}

/* Or a message would be written into the first file that is opened. */
static int open_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0) {
			warn("/dev/null");
			return EXIT_FAILED;
		}
		if (fd <= STDERR_FILENO)
			fcntl(fd, F_SETFD, 0);	/* children have it, too */
	} while (fd <= STDERR_FILENO);
	close(fd);
	return EXIT_OK;
}

int surroundings_clean(void)
{
	if (has_borrowed_rights()) {
		warnx("refused: kpark is not to be setuid, setgid or to have"
		      " capabilities (need to be started by root)");
		return EXIT_DENIED;
	}
	/* no core dump of where the next kernel lies, and of its seed */
	prctl(PR_SET_DUMPABLE, 0);
	surroundings_clean_environment();
	return open_standard_descriptors();
}
