// SPDX-License-Identifier: GPL-2.0-only
/*
 * watchdog.c - finds, starts and stops a hardware watchdog.
 *
 * Linux "The Linux WatchDog Timer Power Management Guide" and "The Linux
 * Watchdog driver API": the timer starts when the device is opened, and the
 * letter V before close(2) stops it ("Magic Close feature").
 */
#include "watchdog.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/watchdog.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

#define CLASS		"/sys/class/watchdog"
#define HOLDERS		"/sys/module/watchdog/holders"
#define STOP_ON_REBOOT	"/sys/module/watchdog/parameters/stop_on_reboot"
#define TAKE_OVER_TRIES	50
#define TRY_NS		100000000	/* 50 of them are 5 s */

extern char **environ;

/* The module behind /sys/class/watchdog/NAME/device/driver/module. */
static int driver_of_parent(const char *root, const char *name, char *driver)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *last;
	ssize_t length;

	snprintf(path, sizeof(path), "%s" CLASS "/%s/device/driver/module",
		 root, name);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	if (!*last || strlen(last) >= WATCHDOG_NAME_SIZE)
		return -1;
	strcpy(driver, last);
	return 0;
}

static bool is_softdog(const char *root, const char *name)
{
	char path[PATH_MAX];
	struct file identity;
	bool is = false;

	snprintf(path, sizeof(path), "%s" CLASS "/%s/identity", root, name);
	if (!file_read(path, &identity)) {
		is = !strncmp((char *)identity.data, "Software Watchdog", 17);
		file_free(&identity);
	}
	return is;
}

/*
 * Drivers that name no parent (i6300esb) are known by who holds the core
 * module, if nobody else does: softdog is told by its identity.
 */
static int driver_of_orphan(const char *root, const char *name, char *driver)
{
	char path[PATH_MAX];
	struct dirent *entry;
	size_t holders = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s" CLASS "/%s/device", root, name);
	if (!access(path, F_OK) || is_softdog(root, name))
		return -1;
	snprintf(path, sizeof(path), "%s" HOLDERS, root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.' ||
		    !strcmp(entry->d_name, "softdog") ||
		    strlen(entry->d_name) >= WATCHDOG_NAME_SIZE)
			continue;
		strcpy(driver, entry->d_name);
		holders++;
	}
	if (dir)
		closedir(dir);
	return holders == 1 ? 0 : -1;
}

static int driver_of(const char *root, const char *name, char *driver)
{
	if (!driver_of_parent(root, name, driver))
		return 0;
	return driver_of_orphan(root, name, driver);
}

/* Of the devices with such a driver ("" is any) the first by name. */
static int find_device(const char *root, const char *driver,
		       struct watchdog *watchdog)
{
	char path[PATH_MAX], found[WATCHDOG_NAME_SIZE];
	struct dirent *entry;
	DIR *dir;

	*watchdog->device = '\0';
	snprintf(path, sizeof(path), "%s" CLASS, root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "watchdog", 8) ||
		    strlen(entry->d_name) >= WATCHDOG_NAME_SIZE ||
		    driver_of(root, entry->d_name, found) ||
		    (*driver && strcmp(driver, found)) ||
		    (*watchdog->device &&
		     strcmp(entry->d_name, watchdog->device) > 0))
			continue;
		strcpy(watchdog->device, entry->d_name);
		strcpy(watchdog->driver, found);
	}
	if (dir)
		closedir(dir);
	return *watchdog->device ? 0 : -1;
}

int watchdog_find(const char *root, struct watchdog *watchdog)
{
	if (!find_device(root, "", watchdog))
		return 0;
	warnx("watchdog: %s%s: no hardware watchdog whose driver is a module"
	      " that is loaded (Debian loads none by itself: modprobe it;"
	      " softdog is none, it ends with the kernel)", root, CLASS);
	return -1;
}

/*
 * Is there a line of that file that ends, up to a colon, in /DRIVER.ko*? In the
 * names of files a dash may stand for what is an underscore in /sys.
 */
static bool lists_module(const char *path, const char *driver)
{
	char name[WATCHDOG_NAME_SIZE + 8];
	struct file list;
	bool found;

	if (file_read(path, &list))
		return false;
	for (size_t i = 0; i < list.size; i++)
		if (list.data[i] == '-')
			list.data[i] = '_';
	snprintf(name, sizeof(name), "/%s.ko", driver);
	found = strstr((char *)list.data, name) != NULL;
	file_free(&list);
	return found;
}

int watchdog_check_next(const char *root, const struct watchdog *watchdog,
			const char *release)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/lib/modules/%s/modules.dep", root,
		 release);
	if (*release && lists_module(path, watchdog->driver))
		return 0;
	warnx("watchdog: %s: %s is no module there, so nobody could take the"
	      " watchdog over, or it would be stopped early", path,
	      watchdog->driver);
	return -1;
}

int watchdog_modprobe(const char *const *words)
{
	posix_spawn_file_actions_t quiet;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	errno = posix_spawn(&pid, "/sbin/modprobe", &quiet, NULL,
			    (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (errno)
		return -1;
	if (waitpid(pid, &status, 0) != pid || status)
		return -1;
	return 0;
}

static bool stops_on_reboot(void)
{
	struct file value;
	bool stops = true;

	if (!file_read(STOP_ON_REBOOT, &value)) {
		stops = value.data[0] != '0';
		file_free(&value);
	}
	return stops;
}

/* The core reads its parameter when a driver registers: all of it anew. */
static int keep_over_reboot(const char *driver)
{
	const char *const unload[] = { "modprobe", "-r", driver, NULL };
	const char *const core[] = { "modprobe", "watchdog",
				     "stop_on_reboot=0", NULL };
	const char *const load[] = { "modprobe", driver, NULL };

	if (!stops_on_reboot())
		return 0;
	if (watchdog_modprobe(unload) || watchdog_modprobe(core) ||
	    watchdog_modprobe(load) || stops_on_reboot()) {
		watchdog_modprobe(load);
		warnx("watchdog: %s: a reboot would stop it (found"
		      " watchdog.stop_on_reboot not 0, and the module in use;"
		      " need it on the kernel command line)", driver);
		return -1;
	}
	return 0;
}

static void pause_briefly(void)
{
	const struct timespec pause = { .tv_nsec = TRY_NS };

	nanosleep(&pause, NULL);
}

/* The device of a driver that was loaded just now may take its time. */
static int open_device(const char *driver, struct watchdog *watchdog)
{
	char path[WATCHDOG_NAME_SIZE + 8];

	for (int try = 0; try < TAKE_OVER_TRIES; try++) {
		if (!find_device("", driver, watchdog)) {
			snprintf(path, sizeof(path), "/dev/%s",
				 watchdog->device);
			watchdog->fd = open(path, O_WRONLY | O_CLOEXEC);
			if (watchdog->fd >= 0)
				return 0;
			if (errno != ENOENT)
				break;
		}
		pause_briefly();
	}
	if (errno == EBUSY)
		warnx("watchdog: /dev/%s: another program has it (systemd, if"
		      " RuntimeWatchdogSec= is set)", watchdog->device);
	else
		warn("watchdog: %s: no device to be opened", driver);
	return -1;
}

/* A timer that cannot be stopped (nowayout) is told so by /sys. */
static bool still_counts(const struct watchdog *watchdog)
{
	char path[PATH_MAX];
	struct file state;
	bool active = false;

	snprintf(path, sizeof(path), CLASS "/%s/state", watchdog->device);
	if (!file_read(path, &state)) {
		active = !strncmp((char *)state.data, "active", 6);
		file_free(&state);
	}
	return active;
}

int watchdog_disarm(struct watchdog *watchdog)
{
	int off = WDIOS_DISABLECARD;
	bool stopped = !ioctl(watchdog->fd, WDIOC_SETOPTIONS, &off);

	stopped |= write(watchdog->fd, "V", 1) == 1;
	stopped &= !close(watchdog->fd);
	watchdog->fd = -1;
	return stopped && !still_counts(watchdog) ? 0 : -1;
}

static const char *why_unfit(const struct watchdog *watchdog, uint32_t seconds)
{
	struct watchdog_info info;
	int set = (int)seconds;

	/* else closing it, when we jump, would stop it */
	if (ioctl(watchdog->fd, WDIOC_GETSUPPORT, &info) ||
	    !(info.options & WDIOF_MAGICCLOSE))
		return "stops when it is closed (need a driver with"
		       " WDIOF_MAGICCLOSE)";
	if (ioctl(watchdog->fd, WDIOC_SETTIMEOUT, &set) ||
	    set < (int)seconds || ioctl(watchdog->fd, WDIOC_KEEPALIVE, NULL))
		return "does not take so long a timeout";
	return NULL;
}

int watchdog_arm(struct watchdog *watchdog, uint32_t seconds)
{
	const char *why;

	if (keep_over_reboot(watchdog->driver) ||
	    open_device(watchdog->driver, watchdog))
		return -1;
	why = why_unfit(watchdog, seconds);
	if (!why)
		return 0;
	if (watchdog_disarm(watchdog)) {
		warnx("watchdog: %s: %s, and counts on", watchdog->driver, why);
		return WATCHDOG_COUNTS;
	}
	warnx("watchdog: %s: %s", watchdog->driver, why);
	return -1;
}

int watchdog_take_over(const char *driver)
{
	const char *const load[] = { "modprobe", driver, NULL };
	struct watchdog watchdog = { 0 };

	if (watchdog_modprobe(load)) {
		warnx("watchdog: %s: the module cannot be loaded", driver);
		return -1;
	}
	if (open_device(driver, &watchdog))
		return -1;
	if (!watchdog_disarm(&watchdog))
		return 0;
	warnx("watchdog: /dev/%s: cannot be stopped (nowayout is set): somebody"
	      " must go on feeding it, such as systemd by RuntimeWatchdogSec=",
	      watchdog.device);
	return WATCHDOG_COUNTS;
}
