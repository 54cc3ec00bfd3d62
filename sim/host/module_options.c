/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The command line of `ffasim module build`: which files, folders and options of the compiler. What
 * is no C file is refused with what to give instead; a folder stands for its C files.
 * Not modelled: an obj-y list. All C files of a folder belong to the module.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/module_build.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_source(struct build *b, const char *path)
{
	if (b->sources == SOURCES_MAX)
		return complain("more than %d files", SOURCES_MAX);
	b->source[b->sources++] = path;
	return 0;
}

/* All .c files of a folder, in order of their names; the folder and its include/ serve headers. */
static int add_folder(struct build *b, const char *path)
{
	const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
	size_t first = b->sources;
	DIR *dir = opendir(path);
	struct dirent *e;
	int err = 0;

	if (!dir)
		return complain("%s: %s", path, strerror(errno));
	while (!err && (e = readdir(dir))) {
		size_t n = strlen(e->d_name);

		if (n > 2 && !strcmp(e->d_name + n - 2, ".c") &&
		    !(n > 6 && !strcmp(e->d_name + n - 6, ".mod.c")))
			err = add_source(b,
					 pool_printf(&b->pool, "%s%s%s", path, slash, e->d_name));
	}
	closedir(dir);
	if (!err && b->sources == first)
		return complain("%s: no .c file in it", path);
	qsort(b->source + first, b->sources - first, sizeof(b->source[0]), by_text);
	b->extra[b->extras++] = pool_printf(&b->pool, "-I%s%sinclude", path, slash);
	return err;
}

static bool ends_in(const char *path, size_t n, const char *end)
{
	const size_t e = strlen(end);

	return n > e && !strcmp(path + n - e, end);
}

static int add_input(struct build *b, const char *path)
{
	const size_t n = strlen(path);
	struct stat st;

	if (stat(path, &st))
		return complain("%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return add_folder(b, path);
	if (ends_in(path, n, ".c"))
		return add_source(b, path);
	if (ends_in(path, n, ".cc") || ends_in(path, n, ".cpp") || ends_in(path, n, ".cxx") ||
	    ends_in(path, n, ".C"))
		return complain("%s: a kernel has no C++", path);
	if (ends_in(path, n, ".o") || ends_in(path, n, ".ko"))
		return complain("%s: give the C files it was made of", path);
	if (ends_in(path, n, ".h"))
		return complain("%s: a header; give the C files, and -I FOLDER", path);
	if (ends_in(path, n, ".rs"))
		return complain("%s: Rust is not supported", path);
	return complain("%s: not a C file", path);
}

/* "drivers/my-tee.ko.so" -> "my_tee", as a kernel build names the module. */
static const char *module_name_of(struct build *b, const char *output)
{
	const char *slash = strrchr(output, '/');
	char *name = pool_strdup(&b->pool, slash ? slash + 1 : output);

	*strchrnul(name, '.') = '\0';
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	return name;
}

int module_options(struct build *b, int argc, char **argv)
{
	static const char *const known[] = {"-o",     "--name",	  "-I",	       "-D",
					    "--with", "--kernel", "--depfile", "--help"};
	int err = 0;

	for (int i = 0; i < argc && !err; i++) {
		const char *a = argv[i], *value;

		if (a[0] != '-') {
			err = add_input(b, a);
			continue;
		}
		if (b->extras > ARGS_MAX / 2 - 4)
			return complain("too many options");
		if ((a[1] == 'I' || a[1] == 'D' || a[1] == 'U' || a[1] == 'W') && a[2]) {
			b->extra[b->extras++] = a;
			continue;
		}
		if (!strcmp(a, "--plain")) {
			b->plain_only = true;
			continue;
		}
		value = i + 1 < argc ? argv[i + 1] : NULL;
		if (!strcmp(a, "-I") || !strcmp(a, "-D")) {
			if (value)
				b->extra[b->extras++] = pool_printf(&b->pool, "%s%s", a, value);
		} else if (!strcmp(a, "-o")) {
			b->output = value;
		} else if (!strcmp(a, "--depfile")) {
			b->depfile = value;
		} else if (!strcmp(a, "--name")) {
			b->name = value;
		} else if (!strcmp(a, "--with")) {
			if (b->withs == sizeof(b->with) / sizeof(b->with[0]))
				return complain("too many --with");
			b->with[b->withs++] = value;
		} else if (!strcmp(a, "--kernel")) {
			b->kernel_7 = value && (!strcmp(value, "7.x") || !strcmp(value, "7"));
			if (value && strcmp(value, "6.12") && !b->kernel_7)
				return complain("--kernel cannot be '%s' (6.12 or 7.x)", value);
		} else {
			return complain("unknown option '%s' (did you mean '%s'?)", a,
					word_nearest(a, known, sizeof(known) / sizeof(known[0])));
		}
		if (!value)
			return complain("%s needs a value", a);
		i++;
	}
	if (err)
		return err;
	if (!b->sources)
		return complain("which files? (a folder, or .c files)");
	if (!b->output)
		return complain("where to? (-o NAME.ko.so)");
	if (strlen(b->output) < 7 || strcmp(b->output + strlen(b->output) - 6, ".ko.so"))
		return complain("-o %s: the name of a module ends in .ko.so", b->output);
	if (!b->name)
		b->name = module_name_of(b, b->output);
	return 0;
}
