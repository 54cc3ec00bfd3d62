/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ffasim module build: kernel-style C files as they are -> a module the machines load. The compiler
 * is the one ffasim was built with (or $CC), its headers are the fake kernel's and the module's own
 * only, and its messages are passed on unchanged. To a message about something that is not there,
 * one line is added from the surface table (surface.c). Options are read in module_options.c; what
 * is still undefined after linking is looked up in module_undefined.c.
 *
 * Two images come out, as of every module: NAME.ko.so, and NAME.instr.ko.so whose memory accesses
 * are points of the machine (--points access, the race detectors).
 *
 * Not modelled: Kbuild. No Makefile is read, and there is no Module.symvers.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/files.h"
#include "host/module.h"
#include "host/module_build.h"
#include "host/run.h"
#include "host/surface.h"
#include "module_flags.h"

#define JOBS 4

enum flavour { PLAIN, INSTRUMENTED };

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
		code = module_check_undefined(b);
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
		code = module_options(b, argc - 1, argv + 1);
	if (!code && strcmp(argv[argc - 1], "--help") && strcmp(argv[argc - 1], "-h"))
		code = build(b);
	pool_free(&b->pool);
	free(b);
	return code;
}
