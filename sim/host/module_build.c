/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim module build: kernel-style C files as they are -> a module the machines load. The compiler
 * is the one ffasim was built with (or $CC), its headers are the fake kernel's and the module's own
 * only, and its messages are passed on unchanged. To a message about something that is not there,
 * one line is added from the surface table (surface.c). After linking, what is still undefined is
 * looked up where the loader will: in the fake kernel and in the modules loaded before it.
 *
 * Two images come out, as of every module: NAME.ko.so, and NAME.instr.ko.so whose memory accesses
 * are points of the machine (--points access, the race detectors).
 */
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/files.h"
#include "host/cli.h"
#include "host/module.h"
#include "host/run.h"
#include "host/surface.h"
#include "host/world.h"
#include "host/words.h"
#include "module_flags.h"

#define JOBS 4
#define SOURCES_MAX 256
#define ARGS_MAX 512

struct build {
	struct pool pool;
	const char *source[SOURCES_MAX];
	size_t sources;
	const char *extra[ARGS_MAX / 2]; /* -I, -D, -W of the user, in order */
	size_t extras;
	const char *with[16]; /* modules whose exports count */
	size_t withs;
	const char *output, *name, *depfile;
	bool kernel_7, plain_only;
};

enum flavour { PLAIN, INSTRUMENTED };

#define complain(...) cli_refuse("module build", __VA_ARGS__)

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

static int parse(struct build *b, int argc, char **argv)
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

/* --- running the compiler ----------------------------------------------------------------------
 */
struct job {
	pid_t pid;
	int fd;
	char *text;
	size_t bytes;
	const char *what;
};

static int job_start(struct job *j, char *const *args, const char *what)
{
	int fds[2];

	*j = (struct job){.what = what};
	if (pipe2(fds, O_CLOEXEC))
		return complain("%s", strerror(errno));
	j->pid = fork();
	if (j->pid < 0)
		return complain("%s", strerror(errno));
	if (!j->pid) {
		dup2(fds[1], 2);
		setenv("LC_ALL", "C", 1); /* messages that surface_explain() can read */
		execvp(args[0], args);
		dprintf(2, "%s: %s\n", args[0], strerror(errno));
		_exit(127);
	}
	close(fds[1]);
	j->fd = fds[0];
	return 0;
}

/* Reads what the compiler says to its end; 0 = it succeeded. */
static int job_finish(struct job *j)
{
	char part[4096];
	ssize_t n;
	int status;

	while ((n = read(j->fd, part, sizeof(part))) > 0) {
		char *more = realloc(j->text, j->bytes + (size_t)n + 1);

		if (!more)
			break;
		j->text = more;
		memcpy(j->text + j->bytes, part, (size_t)n);
		j->bytes += (size_t)n;
		j->text[j->bytes] = '\0';
	}
	close(j->fd);
	while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

static void split(struct build *b, const char *words, char **args, size_t *n)
{
	char *copy = pool_strdup(&b->pool, words), *save = NULL;

	for (char *w = strtok_r(copy, " ", &save); w && *n < ARGS_MAX - 8;
	     w = strtok_r(NULL, " ", &save))
		args[(*n)++] = w;
}

static size_t compiler_args(struct build *b, enum flavour flavour, char **args)
{
	const char *cc = getenv("CC"), *headers = host_kernel_headers();
	size_t n = 0;

	split(b, cc && *cc ? cc : MODULE_CC, args, &n);
	split(b, MODULE_FLAGS, args, &n);
	if (flavour == INSTRUMENTED)
		split(b, INSTRUMENT_FLAGS, args, &n);
	if (isatty(2))
		args[n++] = "-fdiagnostics-color=always";
	args[n++] = "-nostdinc";
	for (size_t i = 0; i < b->extras; i++)
		args[n++] = (char *)b->extra[i];
	args[n++] = "-isystem";
	args[n++] = (char *)headers;
	args[n++] = "-include";
	args[n++] = "linux/kconfig.h";
	if (b->kernel_7)
		args[n++] = "-DFFASIM_KERNEL_7=1";
	args[n++] = pool_printf(&b->pool, "-DKBUILD_MODNAME=\"%s\"", b->name);
	return n;
}

/* stdarg.h, stddef.h and stdbool.h are the compiler's own. */
static const char *compiler_headers(struct build *b)
{
	char *args[ARGS_MAX], path[PATH_MAX] = "";
	const char *cc = getenv("CC");
	size_t n = 0;
	int fds[2];
	ssize_t got;
	pid_t pid;

	split(b, cc && *cc ? cc : MODULE_CC, args, &n);
	args[n++] = "-print-file-name=include";
	args[n] = NULL;
	if (pipe2(fds, O_CLOEXEC))
		return NULL;
	pid = fork();
	if (!pid) {
		dup2(fds[1], 1);
		execvp(args[0], args);
		_exit(127);
	}
	close(fds[1]);
	got = read(fds[0], path, sizeof(path) - 1);
	close(fds[0]);
	waitpid(pid, NULL, 0);
	if (pid < 0 || got <= 1)
		return NULL;
	path[strcspn(path, "\n")] = '\0';
	return pool_strdup(&b->pool, path);
}

static const char *object_of(struct build *b, const char *dir, enum flavour flavour, size_t i)
{
	return pool_printf(&b->pool, "%s/%zu.%s", dir, i, flavour == PLAIN ? "o" : "instr.o");
}

/* What one file needs, as make reads it; those of all files together are the module's. */
static const char *depfile_of(struct build *b, const char *dir, size_t i)
{
	return pool_printf(&b->pool, "%s/%zu.d", dir, i);
}

static int gather_depfile(struct build *b, const char *dir)
{
	FILE *to = fopen(b->depfile, "we");
	bool good = to;

	for (size_t i = 0; good && i < b->sources; i++) {
		FILE *from = fopen(depfile_of(b, dir, i), "re");
		int c;

		while (from && (c = getc(from)) != EOF)
			putc(c, to);
		good = from && !ferror(from) && !ferror(to);
		if (from)
			fclose(from);
	}
	if (to && fclose(to))
		good = false;
	return good ? 0 : complain("%s: %s", b->depfile, strerror(errno));
}

static int start_compile(struct build *b, const char *dir, const char *own, enum flavour flavour,
			 size_t i, struct job *job)
{
	const char *source = b->source[i], *slash = strrchr(source, '/');
	char *args[ARGS_MAX];
	size_t n = compiler_args(b, flavour, args);

	args[n++] = "-isystem";
	args[n++] = (char *)own;
	args[n++] = slash ? pool_printf(&b->pool, "-I%.*s", (int)(slash - source), source) : "-I.";
	slash = slash ? slash + 1 : source;
	args[n++] = pool_printf(&b->pool, "-DKBUILD_BASENAME=\"%.*s\"", (int)strcspn(slash, "."),
				slash);
	args[n++] = "-c";
	args[n++] = (char *)source;
	args[n++] = "-o";
	args[n++] = (char *)object_of(b, dir, flavour, i);
	if (b->depfile && flavour == PLAIN) {
		args[n++] = "-MD";
		args[n++] = "-MT";
		args[n++] = (char *)b->output;
		args[n++] = "-MF";
		args[n++] = (char *)depfile_of(b, dir, i);
	}
	args[n] = NULL;
	return job_start(job, args, source);
}

/* All files, in order; what the compiler says of one comes out in one piece. */
static int compile(struct build *b, const char *dir)
{
	const size_t flavours = b->plain_only ? 1 : 2, count = b->sources * flavours;
	const char *own = compiler_headers(b);
	struct job jobs[JOBS];
	size_t started = 0;
	int code = 0;

	if (!host_kernel_headers())
		return complain(
			"the kernel's headers are not there (kernel/include beside ffasim)");
	if (!own)
		return complain("no C compiler: %s does not run", MODULE_CC);
	for (size_t done = 0; done < count; done++) {
		struct job *j = &jobs[done % JOBS];
		bool plain = done % flavours == 0;
		int now;

		for (; started < count && started - done < JOBS; started++)
			if (start_compile(b, dir, own, (enum flavour)(started % flavours),
					  started / flavours, &jobs[started % JOBS]))
				return EXIT_INTERNAL;
		now = job_finish(j);
		/* Both flavours say the same. */
		if (j->text && (plain || !code))
			plain ? surface_explain(j->text, stderr)
			      : (void)(now && fputs(j->text, stderr));
		free(j->text);
		code = code ? code : now ? EXIT_FAIL : 0;
	}
	return code;
}

/* "a/NAME.ko.so" -> "a/NAME.instr.ko.so" */
static const char *output_of(struct build *b, enum flavour flavour)
{
	if (flavour == PLAIN)
		return b->output;
	return pool_printf(&b->pool, "%.*s.instr.ko.so", (int)strlen(b->output) - 6, b->output);
}

static int link_module(struct build *b, const char *dir, enum flavour flavour)
{
	char *args[ARGS_MAX];
	struct job job;
	size_t n = 0;
	int code;

	split(b, getenv("CC") && *getenv("CC") ? getenv("CC") : MODULE_CC, args, &n);
	split(b, MODULE_LINK_FLAGS, args, &n);
	if (flavour == INSTRUMENTED)
		split(b, INSTRUMENT_LINK_FLAGS, args, &n);
	for (size_t i = 0; i < b->sources && n < ARGS_MAX - 4; i++)
		args[n++] = (char *)object_of(b, dir, flavour, i);
	args[n++] = "-o";
	args[n++] = (char *)output_of(b, flavour);
	args[n] = NULL;
	if (job_start(&job, args, b->output))
		return EXIT_INTERNAL;
	code = job_finish(&job);
	if (job.text)
		fputs(job.text, stderr);
	free(job.text);
	return code ? EXIT_FAIL : 0;
}

/* --- what stays undefined --------------------------------------------------------------------- */
typedef int symbol_fn(const char *name, bool undefined, bool weak, void *arg);

static int symbols_of(const char *path, symbol_fn *fn, void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = -EINVAL;
	Elf_Scn *scn = NULL;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	while (elf && (scn = elf_nextscn(elf, scn))) {
		Elf_Data *data = elf_getdata(scn, NULL);
		GElf_Shdr shdr;
		GElf_Sym sym;

		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_DYNSYM || !data)
			continue;
		err = 0;
		for (int i = 1; !err && gelf_getsym(data, i, &sym); i++) {
			const char *name = elf_strptr(elf, shdr.sh_link, sym.st_name);

			if (name && *name)
				err = fn(name, sym.st_shndx == SHN_UNDEF,
					 GELF_ST_BIND(sym.st_info) == STB_WEAK, arg);
		}
	}
	if (elf)
		elf_end(elf);
	if (fd >= 0)
		close(fd);
	return err;
}

static int is_it(const char *name, bool undefined, bool weak, void *arg)
{
	(void)weak;
	return !undefined && !strcmp(name, arg);
}

struct check {
	struct build *b;
	unsigned missing;
};

static bool in_modules(struct build *b, const char *symbol)
{
	for (const char *const *m = world_default_modules(); *m; m++) {
		const char *path = world_find_file("module", pool_printf(&b->pool, "%s.ko.so", *m));

		if (path && symbols_of(path, is_it, (void *)symbol) == 1)
			return true;
	}
	for (size_t i = 0; i < b->withs; i++)
		if (symbols_of(b->with[i], is_it, (void *)symbol) == 1)
			return true;
	return false;
}

static int check_symbol(const char *name, bool undefined, bool weak, void *arg)
{
	/* What the compiler itself emits calls to. */
	static const char *const plain[] = {
		"memcpy",  "memmove", "memset",	 "memcmp",     "memchr", "strlen",
		"strnlen", "strcmp",  "strncmp", "strcasecmp", "strchr", "strrchr",
		"strstr",  "strcpy",  "strncpy", "strcspn",    "strspn", "strpbrk",
		"strsep",  "strcat",  "strncat", "strncasecmp"};
	struct check *c = arg;
	void *at;
	Dl_info info, own;

	if (!undefined || weak)
		return 0;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(plain[i], name))
			return 0;
	at = dlsym(RTLD_DEFAULT, name);
	if (at && dladdr(at, &info) && dladdr((void *)world_create, &own) &&
	    info.dli_fbase == own.dli_fbase)
		return 0;
	if (in_modules(c->b, name))
		return 0;
	c->missing++;
	if (at)
		fprintf(stderr,
			"%s: undefined: %s is the host's C library, which a kernel has not\n",
			c->b->output, name);
	else
		fprintf(stderr, "%s: undefined: %s%s\n", c->b->output, name,
			surface_say(name, &c->b->pool));
	return 0;
}

static int check_undefined(struct build *b)
{
	struct check c = {.b = b};

	if (symbols_of(b->output, check_symbol, &c) < 0)
		return complain("%s: cannot be read back", b->output);
	if (c.missing)
		fprintf(stderr,
			"%s: it would not load; exports of another module of yours count with "
			"--with "
			"FILE.ko.so\n",
			b->output);
	return c.missing ? EXIT_FAIL : 0;
}

static void remove_folder(struct build *b, const char *dir)
{
	for (size_t i = 0; i < b->sources; i++) {
		unlink(object_of(b, dir, PLAIN, i));
		unlink(object_of(b, dir, INSTRUMENTED, i));
		unlink(depfile_of(b, dir, i));
	}
	rmdir(dir);
}

static int build(struct build *b)
{
	char *dir = pool_printf(&b->pool, "%s.XXXXXX", b->output);
	int code;

	if (!mkdtemp(dir))
		return complain("%s: %s", b->output, strerror(errno));
	code = compile(b, dir);
	if (!code)
		code = link_module(b, dir, PLAIN);
	if (!code && !b->plain_only)
		code = link_module(b, dir, INSTRUMENTED);
	if (!code && b->depfile)
		code = gather_depfile(b, dir);
	remove_folder(b, dir);
	if (!code)
		code = check_undefined(b);
	/* Never leave an older image beside a newer one. */
	if (code)
		unlink(b->output);
	if (code || b->plain_only)
		unlink(output_of(b, INSTRUMENTED));
	return code;
}

static int help(void)
{
	puts("ffasim module build DIR|FILE.c... -o NAME.ko.so [OPTION]...\n\n"
	     "Compiles kernel-style C files as they are against the fake kernel's headers.\n\n"
	     "  -o NAME.ko.so   the module; run it with: ffasim run --module tstee=NAME.ko.so ...\n"
	     "  -I DIR          the module's own headers (the folder of each file, and "
	     "DIR/include,\n"
	     "                  are searched anyway)\n"
	     "  -D, -U, -W      handed to the compiler\n"
	     "  --name NAME     KBUILD_MODNAME, when it is not the name of the file\n"
	     "  --kernel 7.x    generation of the interfaces: 6.12 (usual) or 7.x\n"
	     "  --plain         only NAME.ko.so, not NAME.instr.ko.so for --points access\n"
	     "  --depfile FILE  writes there which headers it was made from, for make and ninja\n"
	     "  --with FILE     another module whose exports this one needs\n\n"
	     "exit: 0 built, 1 the compiler or a symbol says no, 2 usage");
	return 0;
}

int module_main(int argc, char **argv)
{
	struct build *b = calloc(1, sizeof(*b));
	int code = EXIT_USAGE;

	if (!b)
		return EXIT_INTERNAL;
	if (argc && (!strcmp(argv[argc - 1], "--help") || !strcmp(argv[argc - 1], "-h")))
		code = help();
	else if (!argc || strcmp(argv[0], "build"))
		complain(argc ? "'%s' is no command of module (did you mean 'build'?)"
			      : "what? (ffasim module build --help)",
			 argc ? argv[0] : "");
	else
		code = parse(b, argc - 1, argv + 1);
	if (!code && strcmp(argv[argc - 1], "--help") && strcmp(argv[argc - 1], "-h"))
		code = build(b);
	pool_free(&b->pool);
	free(b);
	return code;
}
