/* SPDX-License-Identifier: BSD-3-Clause */
/* The directory of keep.h. */
#include "sp/keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fault.h"

#define VERSION_FILE "ffasim-state"
#define VERSION "1\n"

#define FRESH_NAME ".%s.new" /* a record that is being written */

static int dir_fd = -1, version_fd = -1;

FAULT_SITE(fault_write, FAULT_PLAIN, "state.write",
	   "--state: a record is not written, for this -errno");
FAULT_SITE(fault_rename, FAULT_PLAIN, "state.rename",
	   "--state: a written record is not put in place");
FAULT_SITE(fault_killed, FAULT_PLAIN, "state.killed",
	   "--state: killed before a record changes or goes");

/* What a site answers; 0 = it does not fail. */
static int injected(struct fault_site *site)
{
	if (!fault_hit(site))
		return 0;
	return site->value < 0 && site->value > -4096 ? (int)site->value : -EIO;
}

/* As kill -9 from outside would, at the worst moment. */
static void perhaps_killed(void)
{
	if (fault_hit(&fault_killed))
		raise(SIGKILL);
}

static int write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		const ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Records that somebody killed, or a full disk, left half written. Whoever holds the lock may drop
 * them; a directory that is read-only keeps them, and nobody minds. */
static void drop_unfinished_of(int owner)
{
	DIR *dir = fdopendir(owner);
	const struct dirent *e;

	if (!dir) {
		close(owner);
		return;
	}
	while ((e = readdir(dir))) {
		const size_t n = strlen(e->d_name);

		if (e->d_name[0] == '.' && n > 5 && !strcmp(e->d_name + n - 4, ".new"))
			unlinkat(owner, e->d_name, 0);
	}
	closedir(dir);
}

static void drop_unfinished(void)
{
	DIR *dir = fdopendir(openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		const int owner = e->d_name[0] == '.'
					  ? -1
					  : openat(dir_fd, e->d_name,
						   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (owner >= 0)
			drop_unfinished_of(owner);
	}
	if (dir)
		closedir(dir);
}

/* A directory without it is new; one that cannot be written can still be read, by several at once.
 * The lock is the process's: a child that a killed one was just starting does not keep it. */
static int check_version(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char text[16] = "";
	int fd = openat(dir_fd, VERSION_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	ssize_t n;

	if (fd < 0 && (errno == EROFS || errno == EACCES)) {
		fd = openat(dir_fd, VERSION_FILE, O_RDONLY | O_CLOEXEC);
		lock.l_type = F_RDLCK;
	}
	if (fd < 0)
		return -errno;
	version_fd = fd;
	if (fcntl(fd, F_SETLK, &lock))
		return errno == EACCES || errno == EAGAIN ? -EBUSY : -errno;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return -errno;
	if (!n)
		return write_all(fd, VERSION, strlen(VERSION));
	return strcmp(text, VERSION) ? -EPROTO : 0;
}

/* Nothing: the write that crossed the limit fails with EFBIG. */
static void file_too_long(int signo) {}

int keep_open(const char *dir)
{
	int err;

	/* `ulimit -f` is a disk that is full. A handler, unlike SIG_IGN, is not for clients. */
	signal(SIGXFSZ, file_too_long);
	if (mkdir(dir, 0777) && errno != EEXIST)
		return -errno;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return -errno;
	err = check_version();
	if (err)
		keep_close();
	else
		drop_unfinished();
	return err;
}

void keep_close(void)
{
	if (version_fd >= 0)
		close(version_fd);
	if (dir_fd >= 0)
		close(dir_fd);
	dir_fd = version_fd = -1;
}

static int check_name(const char *name)
{
	const size_t n = strlen(name);

	return n && n < KEEP_NAME_BYTES && name[0] != '.' && !strchr(name, '/') ? 0 : -EINVAL;
}

/* The directory of a partition, made when something is to be put there; or -errno. */
static int owner_dir(const char *owner, const char *name, bool make)
{
	int fd;

	if (dir_fd < 0)
		return -ENOSYS;
	if (check_name(owner) || check_name(name))
		return -EINVAL;
	if (make && mkdirat(dir_fd, owner, 0777) && errno != EEXIST)
		return -errno;
	fd = openat(dir_fd, owner, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int save_in(int dir, const char *name, const void *data, size_t len)
{
	char fresh[KEEP_NAME_BYTES + 8];
	int fd, err;

	snprintf(fresh, sizeof(fresh), FRESH_NAME, name);
	err = injected(&fault_write);
	if (err)
		return err;
	fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	err = write_all(fd, data, len);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	perhaps_killed();
	if (!err)
		err = injected(&fault_rename);
	if (!err && renameat(dir, fresh, dir, name))
		err = -errno;
	if (err) {
		unlinkat(dir, fresh, 0);
		return err;
	}
	/* The content is there in any case; this makes the name durable too. */
	return fsync(dir) ? -errno : 0;
}

int keep_save(const char *owner, const char *name, const void *data, size_t len_bytes)
{
	const int dir = owner_dir(owner, name, true);
	int err;

	if (dir < 0)
		return dir;
	err = save_in(dir, name, data, len_bytes);
	close(dir);
	return err;
}

static int load_from(int dir, const char *name, void *data, size_t room, size_t *len)
{
	const int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t have = 0;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else
		*len = (size_t)st.st_size;
	while (!err && have < room && have < *len) {
		const ssize_t n = read(fd, (char *)data + have, room - have);

		if (n < 0 && errno != EINTR)
			err = -errno;
		else if (!n)
			err = -EIO;
		else if (n > 0)
			have += (size_t)n;
	}
	close(fd);
	return err;
}

int keep_load(const char *owner, const char *name, void *data, size_t room_bytes, size_t *len_bytes)
{
	const int dir = owner_dir(owner, name, false);
	int err;

	*len_bytes = 0;
	if (dir < 0)
		return dir;
	err = load_from(dir, name, data, room_bytes, len_bytes);
	close(dir);
	return err;
}

int keep_drop(const char *owner, const char *name)
{
	const int dir = owner_dir(owner, name, false);
	int err = 0;

	if (dir < 0)
		return dir;
	perhaps_killed();
	if (unlinkat(dir, name, 0) || fsync(dir))
		err = -errno;
	close(dir);
	return err;
}
