/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How often each line of guest code ran, as a tracefile for lcov and genhtml. Lines come from the
 * line table of the image; a line ran as often as the most often run statement of it. An image
 * without a line table (flat, stripped) is a file of its own, a line an instruction: line 1 is the
 * first.
 * Not modelled: branches; copies of an inlined line are not added up.
 */
#include "host/coverage.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/line.h"
#include "host/words.h"
#include "sp/ec.h"
#include "sp/gimage.h"
#include "sp/guest_cov.h"

struct hit {
	const char *file, *function; /* function: begins on this line */
	int line;
	uint64_t times;
};

struct hits {
	struct hit *at;
	size_t count, room;
	bool failed;
};

struct image {
	const struct guest_coverage *c;
	struct gimage g;
	uint64_t *times; /* of each instruction */
	Elf *elf;
	Dwarf *dwarf;
	struct hits lines, functions;
	struct pool names;
};

static FILE *out;

int coverage_begin(const char *path)
{
	out = fopen(path, "we");
	if (!out)
		return -errno;
	return guest_coverage_begin(-1) ? 0 : -ENOMEM;
}

static void add(struct hits *h, struct hit hit)
{
	if (h->count == h->room) {
		const size_t room = h->room ? 2 * h->room : 256;
		struct hit *at = realloc(h->at, room * sizeof(*at));

		if (!at) {
			h->failed = true;
			return;
		}
		h->at = at;
		h->room = room;
	}
	h->at[h->count++] = hit;
}

/* How often the instruction at an address of the ELF ran. */
static bool times_at(const struct image *im, uint64_t addr, uint64_t *times)
{
	const uint64_t at = (addr - im->g.base) / 4;

	if (addr < im->g.base || at >= im->c->insns)
		return false;
	*times = im->times[at];
	return true;
}

/* A relative name is as the compiler was given it, from a build folder: "../sps/x/../common/y.c" is
 * "sps/common/y.c". */
static const char *name_of(struct image *im, const char *file)
{
	char *name = pool_strdup(&im->names, file), *up, *start;

	if (*name == '/')
		return name;
	while (!strncmp(name, "../", 3))
		name += 3;
	while ((up = strstr(name, "/../")) != NULL) {
		for (start = up; start > name && start[-1] != '/'; start--)
			;
		memmove(start, up + 4, strlen(up + 4) + 1);
	}
	return name;
}

static void read_lines(struct image *im)
{
	Dwarf_Off at = 0, next;
	size_t head;

	for (; !dwarf_nextcu(im->dwarf, at, &next, &head, NULL, NULL, NULL); at = next) {
		Dwarf_Lines *lines;
		Dwarf_Die die;
		size_t n;

		if (!dwarf_offdie(im->dwarf, at + head, &die) ||
		    dwarf_getsrclines(&die, &lines, &n))
			continue;
		for (size_t i = 0; i < n; i++) {
			Dwarf_Line *l = dwarf_onesrcline(lines, i);
			const char *file = dwarf_linesrc(l, NULL, NULL);
			bool end = false, statement = false;
			struct hit hit = {0};
			Dwarf_Addr addr;

			dwarf_lineendsequence(l, &end);
			dwarf_linebeginstatement(l, &statement);
			dwarf_lineno(l, &hit.line);
			if (end || !statement || !file || hit.line <= 0 ||
			    dwarf_lineaddr(l, &addr) || !times_at(im, addr, &hit.times))
				continue;
			hit.file = name_of(im, file);
			add(&im->lines, hit);
		}
	}
}

static void find_line(struct image *im, uint64_t addr, struct hit *hit)
{
	const char *file;

	if (line_at(im->dwarf, addr, &file, &hit->line))
		hit->file = name_of(im, file);
}

static void read_functions(struct image *im)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(im->elf, scn)) != NULL) {
		Elf_Data *data = elf_getdata(scn, NULL);
		GElf_Shdr head;
		GElf_Sym sym;

		if (!gelf_getshdr(scn, &head) || head.sh_type != SHT_SYMTAB || !data)
			continue;
		for (int i = 0; gelf_getsym(data, i, &sym); i++) {
			struct hit hit = {.function =
						  elf_strptr(im->elf, head.sh_link, sym.st_name)};

			if (GELF_ST_TYPE(sym.st_info) != STT_FUNC || !hit.function ||
			    !times_at(im, sym.st_value, &hit.times))
				continue;
			find_line(im, sym.st_value, &hit);
			if (hit.file)
				add(&im->functions, hit);
		}
	}
}

static int by_place(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	const int files = strcmp(x->file, y->file);

	if (files || x->line != y->line)
		return files ? files : x->line < y->line ? -1 : 1;
	return x->function && y->function ? strcmp(x->function, y->function) : 0;
}

/* Sorted, one a line: the largest. */
static void merge(struct hits *h)
{
	size_t n = 0;

	if (h->count)
		qsort(h->at, h->count, sizeof(h->at[0]), by_place);
	for (size_t i = 0; i < h->count; i++) {
		if (n && !by_place(&h->at[n - 1], &h->at[i])) {
			if (h->at[i].times > h->at[n - 1].times)
				h->at[n - 1].times = h->at[i].times;
			continue;
		}
		h->at[n++] = h->at[i];
	}
	h->count = n;
}

/* Functions of one file from *f on; *f behind them. */
static void write_functions(const struct image *im, const char *file, size_t *f)
{
	const struct hits *h = &im->functions;
	size_t first, hit = 0;

	while (*f < h->count && strcmp(h->at[*f].file, file) < 0)
		++*f;
	first = *f;
	for (; *f < h->count && !strcmp(h->at[*f].file, file); ++*f)
		fprintf(out, "FN:%d,%s\n", h->at[*f].line, h->at[*f].function);
	for (size_t i = first; i < *f; i++) {
		fprintf(out, "FNDA:%" PRIu64 ",%s\n", h->at[i].times, h->at[i].function);
		hit += h->at[i].times > 0;
	}
	fprintf(out, "FNF:%zu\nFNH:%zu\n", *f - first, hit);
}

static void write_lines(const struct image *im)
{
	const struct hits *h = &im->lines;

	for (size_t i = 0, f = 0; i < h->count;) {
		const char *file = h->at[i].file;
		size_t lines = 0, hit = 0;

		fprintf(out, "TN:\nSF:%s\n", file);
		write_functions(im, file, &f);
		for (; i < h->count && !strcmp(h->at[i].file, file); i++) {
			fprintf(out, "DA:%d,%" PRIu64 "\n", h->at[i].line, h->at[i].times);
			lines++;
			hit += h->at[i].times > 0;
		}
		fprintf(out, "LF:%zu\nLH:%zu\nend_of_record\n", lines, hit);
	}
}

/* Without a line table: what can run, instruction by instruction. */
static void write_addresses(const struct image *im)
{
	size_t lines = 0, hit = 0;

	fprintf(out, "TN:\nSF:%s\n", im->c->path);
	for (unsigned s = 0; s < im->g.segment_count; s++) {
		const struct gimage_segment *seg = &im->g.segment[s];
		uint64_t at = seg->va / 4, end = at + seg->pages * 1024ull;

		if (!(seg->access & EC_MAP_X))
			continue;
		for (; at < end && at < im->c->insns; at++, lines++) {
			fprintf(out, "DA:%" PRIu64 ",%" PRIu64 "\n", at + 1, im->times[at]);
			hit += im->times[at] > 0;
		}
	}
	fprintf(out, "LF:%zu\nLH:%zu\nend_of_record\n", lines, hit);
}

static void count_up(struct image *im)
{
	int64_t now = 0;

	for (uint64_t i = 0; i < im->c->insns; i++) {
		now += im->c->step[i];
		im->times[i] = now > 0 ? (uint64_t)now : 0;
	}
}

static int write_image(const struct guest_coverage *c)
{
	struct image im = {.c = c};
	const char *why;
	int err = gimage_load(c->path, true, &im.g, &why);

	if (err)
		return err;
	im.times = calloc(c->insns + 1, sizeof(im.times[0]));
	if (!im.times) {
		err = -ENOMEM;
		goto out;
	}
	count_up(&im);
	if (im.g.format == GIMAGE_ELF) {
		elf_version(EV_CURRENT);
		/* libelf does not write to it. */
		im.elf = elf_memory((char *)(uintptr_t)im.g.body, im.g.body_bytes);
		im.dwarf = im.elf ? dwarf_begin_elf(im.elf, DWARF_C_READ, NULL) : NULL;
	}
	if (im.dwarf) {
		read_lines(&im);
		read_functions(&im);
		merge(&im.lines);
		merge(&im.functions);
	}
	err = im.lines.failed || im.functions.failed ? -ENOMEM : 0;
	if (im.lines.count)
		write_lines(&im);
	else
		write_addresses(&im);
	dwarf_end(im.dwarf);
	elf_end(im.elf);
	pool_free(&im.names);
	free(im.lines.at);
	free(im.functions.at);
	free(im.times);
out:
	gimage_free(&im.g);
	return err;
}

int coverage_end(void)
{
	int err = 0;

	if (!out)
		return 0;
	for (const struct guest_coverage *c = guest_coverage_first(); c && !err; c = c->next)
		err = write_image(c);
	if (fclose(out) && !err)
		err = -errno;
	out = NULL;
	guest_coverage_free();
	return err;
}
