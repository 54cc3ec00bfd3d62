/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files are looked for relative to the library itself, so that a build tree and an installation
 * both work from any directory; nothing here depends on where the build was made.
 */
#include "host/files.h"
#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <stdint.h>
#include <unistd.h>
#include "host/dts_where.h"
#include "host/preload_wire.h"
#include "host/world.h"

static const char *library_dir(void)
{
	static char dir[PATH_MAX];
	Dl_info info;
	char real[PATH_MAX];

	if (!dir[0] && dladdr((void *)library_dir, &info) && realpath(info.dli_fname, real))
		snprintf(dir, sizeof(dir), "%s", dirname(real));
	return dir;
}

/* `image: aarch64/spin` is the guest image of that name of this build. */
#define GUEST_PREFIX "aarch64/"

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *world_find_file(const char *kind, const char *name)
{
	static const char *const module_dirs[] = {"modules", "sim/tee", "sim/arm_ffa",
						  "driver/tstee", "driver/optee"};
	static char path[PATH_MAX];
	char stem[64];

	if (!strcmp(kind, "module")) {
		for (size_t i = 0; i < sizeof(module_dirs) / sizeof(module_dirs[0]); i++) {
			snprintf(path, sizeof(path), "%s/%s/%s", library_dir(), module_dirs[i],
				 name);
			if (exists(path))
				return path;
		}
		return NULL;
	}
	if (!strcmp(kind, "backend")) {
		snprintf(path, sizeof(path), "%s/sim/sp/%.*s/%s", library_dir(),
			 (int)strcspn(name, "."), name, name);
		return exists(path) ? path : NULL;
	}
	if (!strncmp(name, GUEST_PREFIX, strlen(GUEST_PREFIX))) {
		static const char *const suffixes[] = {".elf", ".bin"};

		for (size_t i = 0; i < 2; i++) {
			snprintf(path, sizeof(path), "%s/sps/%s%s", library_dir(), name,
				 suffixes[i]);
			if (exists(path))
				return path;
		}
		return NULL;
	}
	/* sps/NAME/NAME.* */
	snprintf(stem, sizeof(stem), "%.*s", (int)strcspn(name, "."), name);
	snprintf(path, sizeof(path), "%s/sps/%s/%s", library_dir(), stem, name);
	return exists(path) ? path : NULL;
}

const char *host_kernel_headers(void)
{
	static char path[PATH_MAX];
	char probe[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/kernel/include", library_dir());
	snprintf(probe, sizeof(probe), "%s/linux/module.h", path);
	return exists(probe) ? path : NULL;
}

const char *host_client_library(void)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" PRELOAD_LIBRARY, library_dir());
	return exists(path) ? path : NULL;
}

const char *host_path(const char *path, char *out, size_t room)
{
	snprintf(out, room, "%s", path);
	if (exists(out))
		return out;
	if (path[0] != '/') {
		snprintf(out, room, "%s/../%s", library_dir(), path);
		if (exists(out))
			return out;
		snprintf(out, room, "%s/%s", library_dir(), path);
		if (exists(out))
			return out;
	}
	return NULL;
}

static const char *stem_of(const char *path, char *stem, size_t room)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	snprintf(stem, room, "%.*s", (int)strcspn(name, "."), name);
	return stem;
}

/* `manifest: x.pkg` of the form optee.md 3.13: the image is in it too. */
static bool is_package(const char *path)
{
	char real[PATH_MAX], magic[4] = "";
	FILE *f = host_path(path, real, sizeof(real)) ? fopen(real, "rb") : NULL;
	const bool is = f && fread(magic, 1, 4, f) == 4 && !memcmp(magic, "SPKG", 4);

	if (f)
		fclose(f);
	return is;
}

int host_image_find(const char *image, const char *manifest, char *out, size_t room)
{
	char stem[64], name[80];
	const char *found;

	if (image) {
		if (host_path(image, out, room))
			return 0;
		if (!strncmp(image, GUEST_PREFIX, strlen(GUEST_PREFIX))) {
			found = world_find_file("sp", image);
			snprintf(out, room, "%s", found ? found : image);
			return found ? 0 : -ENOENT;
		}
		snprintf(name, sizeof(name), "%.60s.sp.so", image);
	} else if (is_package(manifest) && host_path(manifest, out, room)) {
		return 0;
	} else {
		snprintf(name, sizeof(name), "%s.sp.so", stem_of(manifest, stem, sizeof(stem)));
	}
	found = world_find_file("sp", name);
	snprintf(out, room, "%s", found ? found : name);
	return found ? 0 : -ENOENT;
}

void host_prefer_instrumented(char *path, size_t room)
{
	static const char *const ends[] = {".ko.so", ".sp.so"};
	const size_t n = strlen(path);
	char other[PATH_MAX];

	for (size_t i = 0; i < 2; i++) {
		if (n < 6 || strcmp(path + n - 6, ends[i]))
			continue;
		snprintf(other, sizeof(other), "%.*s.instr%s", (int)(n - 6), path, ends[i]);
		if (exists(other))
			snprintf(path, room, "%s", other);
		return;
	}
}

static void *read_all(FILE *f, size_t *bytes)
{
	size_t room = 8192;
	uint8_t *data = malloc(room);

	*bytes = 0;
	while (data) {
		size_t n = fread(data + *bytes, 1, room - *bytes, f);

		*bytes += n;
		if (n == 0)
			return data;
		if (*bytes == room) {
			uint8_t *bigger = realloc(data, room *= 2);

			if (!bigger)
				free(data);
			data = bigger;
		}
	}
	return NULL;
}

static bool newer(const char *a, const char *b)
{
	struct stat sa, sb;

	if (stat(a, &sa) || stat(b, &sb))
		return false;
	return sa.st_mtim.tv_sec != sb.st_mtim.tv_sec ? sa.st_mtim.tv_sec > sb.st_mtim.tv_sec
						      : sa.st_mtim.tv_nsec >= sb.st_mtim.tv_nsec;
}

/* Whether @path is the source that this build made its sps/STEM/STEM.dtb from: a user's manifest
 * may well have the same name. */
static bool is_own_source(const char *path, const char *stem)
{
	char own[PATH_MAX + 160], a[PATH_MAX], b[PATH_MAX];

	/* In a build tree, and in an installation. */
	for (size_t i = 0; i < 2; i++) {
		snprintf(own, sizeof(own), "%s%s/sps/%s/%s.dts", library_dir(), i ? "" : "/..",
			 stem, stem);
		if (realpath(path, a) && realpath(own, b) && !strcmp(a, b))
			return true;
	}
	return false;
}

/* Runs dtc without a shell: the path is the user's. */
static void *compile(const char *path, size_t *bytes, char *why, size_t why_room)
{
	int fds[2], status;
	void *data;
	pid_t pid;
	FILE *f;

	if (pipe(fds)) {
		snprintf(why, why_room, "no pipe for dtc");
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		if (!freopen("/dev/null", "w", stderr))
			_exit(126);
		close(fds[0]);
		close(fds[1]);
		execlp("dtc", "dtc", "-q", "-I", "dts", "-O", "dtb", "-o", "-", path, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	f = fdopen(fds[0], "rb");
	data = f && pid > 0 ? read_all(f, bytes) : NULL;
	if (f)
		fclose(f);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
		snprintf(why, why_room, "%s",
			 pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127
				 ? "dtc is not installed"
				 : "not a valid device tree source");
		free(data);
		return NULL;
	}
	return data;
}

const char *host_manifest_where(const char *path, const struct spmc_error *err, char *out,
				size_t room)
{
	const char *dot = strrchr(path, '.');
	struct dts_position at = {0, 0};
	char real[PATH_MAX], *text;
	size_t bytes;
	FILE *f;

	snprintf(out, room, "%s", path);
	if (!err->property[0] || !dot || strcmp(dot, ".dts") ||
	    !host_path(path, real, sizeof(real)))
		return out;
	f = fopen(real, "rb");
	text = f ? read_all(f, &bytes) : NULL;
	if (f)
		fclose(f);
	if (text && !memchr(text, 0, bytes))
		text = realloc(text, bytes + 1);
	else
		bytes = 0;
	if (text) {
		text[bytes] = 0;
		at = dts_where(text, err->node, err->property);
	}
	if (at.line)
		snprintf(out, room, "%s:%u:%u", path, at.line, at.column);
	free(text);
	return out;
}

/* An SP package (optee.md 3.13): the manifest in it, moved to the front. */
static bool take_from_package(uint8_t *data, size_t *bytes, char *why, size_t why_room)
{
	uint32_t h[6];

	if (*bytes < sizeof(h) || memcmp(data, "SPKG", 4))
		return true;
	memcpy(h, data, sizeof(h));
	if (!h[3] || h[2] < sizeof(h) || (uint64_t)h[2] + h[3] > *bytes) {
		snprintf(why, why_room, "SP package: the manifest does not lie inside the file");
		return false;
	}
	memmove(data, data + h[2], h[3]);
	*bytes = h[3];
	return true;
}

void *host_manifest_load(const char *path, size_t *bytes, char *why, size_t why_room)
{
	char real[PATH_MAX], stem[64], name[80];
	const char *built, *dot = strrchr(path, '.');
	bool is_dts = dot && !strcmp(dot, ".dts");
	FILE *f;
	void *data;

	if (!host_path(path, real, sizeof(real))) {
		snprintf(why, why_room, "no such manifest");
		return NULL;
	}
	if (is_dts) {
		snprintf(name, sizeof(name), "%s.dtb", stem_of(path, stem, sizeof(stem)));
		built = world_find_file("sp", name);
		if (!built || !is_own_source(real, stem) || !newer(built, real))
			return compile(real, bytes, why, why_room);
		snprintf(real, sizeof(real), "%s", built);
	}
	f = fopen(real, "rb");
	data = f ? read_all(f, bytes) : NULL;
	if (f)
		fclose(f);
	if (!data)
		snprintf(why, why_room, "cannot be read");
	else if (!take_from_package(data, bytes, why, why_room)) {
		free(data);
		data = NULL;
	}
	return data;
}
