/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading guest images. All access to the file goes through view(), which answers NULL for anything
 * that is not entirely inside of it.
 */
#include "sp/gimage.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sp/ec.h"

#define PACKAGE_MAGIC 0x474b5053u
#define FILE_MAX_BYTES ((size_t)32 << 20)
/* The image area less its stack and three guard pages. */
#define IMAGE_MAX_BYTES (EC_IMAGE_BYTES / 2)
#define STACK_MAX_BYTES (EC_IMAGE_BYTES / 8)

#ifndef R_AARCH64_RELATIVE
#define R_AARCH64_RELATIVE 1027
#endif

static const void *view(const struct gimage *g, uint64_t offset, uint64_t bytes)
{
	if (offset > g->body_bytes || bytes > g->body_bytes - offset)
		return NULL;
	return g->body + offset;
}

static int bad(const char **why, const char *text)
{
	*why = text;
	return -ENOEXEC;
}

static bool is_elf(const uint8_t *p, size_t bytes)
{
	return bytes >= SELFMAG && !memcmp(p, ELFMAG, SELFMAG);
}

static bool is_package(const uint8_t *p, size_t bytes)
{
	uint32_t magic;

	if (bytes < sizeof(magic))
		return false;
	memcpy(&magic, p, sizeof(magic));
	return magic == PACKAGE_MAGIC;
}

bool gimage_recognises(const uint8_t *head, size_t len_bytes)
{
	Elf64_Ehdr ehdr;

	if (is_package(head, len_bytes))
		return true;
	if (!is_elf(head, len_bytes) || len_bytes < sizeof(ehdr))
		return false;
	memcpy(&ehdr, head, sizeof(ehdr));
	return ehdr.e_ident[EI_CLASS] == ELFCLASS64 && ehdr.e_machine == EM_AARCH64;
}

/* magic, version, manifest offset and size, image offset and size. */
static int open_package(struct gimage *g, const char **why)
{
	uint32_t h[6];

	if (g->body_bytes < sizeof(h))
		return bad(why, "SP package: shorter than its header");
	memcpy(h, g->body, sizeof(h));
	if (h[1] != 1 && h[1] != 2)
		return bad(why, "SP package: version is neither 1 nor 2");
	if ((uint64_t)h[2] + h[3] > h[4])
		return bad(why, "SP package: the manifest does not end before the image");
	if (h[4] < sizeof(h) || !h[5] || !view(g, h[4], h[5]))
		return bad(why, "SP package: the image does not lie inside the file");
	g->body += h[4];
	g->body_bytes = h[5];
	return 0;
}

static bool program_header(const struct gimage *g, unsigned index, Elf64_Phdr *out)
{
	Elf64_Ehdr ehdr;
	const void *p;

	memcpy(&ehdr, g->body, sizeof(ehdr));
	p = index < ehdr.e_phnum
		    ? view(g, ehdr.e_phoff + (uint64_t)index * sizeof(*out), sizeof(*out))
		    : NULL;
	if (p)
		memcpy(out, p, sizeof(*out));
	return p;
}

static bool section_header(const struct gimage *g, unsigned index, Elf64_Shdr *out)
{
	Elf64_Ehdr ehdr;
	const void *p;

	memcpy(&ehdr, g->body, sizeof(ehdr));
	if (ehdr.e_shentsize != sizeof(*out) || index >= ehdr.e_shnum)
		return false;
	p = view(g, ehdr.e_shoff + (uint64_t)index * sizeof(*out), sizeof(*out));
	if (p)
		memcpy(out, p, sizeof(*out));
	return p;
}

/* A string of a string table section, NULL when it does not end inside. */
static const char *string_of(const struct gimage *g, unsigned table, uint32_t at)
{
	Elf64_Shdr sh;
	const char *text;

	if (!section_header(g, table, &sh) || sh.sh_type != SHT_STRTAB || at >= sh.sh_size)
		return NULL;
	text = view(g, sh.sh_offset, sh.sh_size);
	return text && memchr(text + at, 0, sh.sh_size - at) ? text + at : NULL;
}

static uint32_t access_of(const Elf64_Phdr *ph)
{
	return (ph->p_flags & PF_R ? EC_MAP_R : 0) | (ph->p_flags & PF_W ? EC_MAP_W : 0) |
	       (ph->p_flags & PF_X ? EC_MAP_X : 0);
}

static int add_segment(struct gimage *g, const Elf64_Phdr *ph, const char **why)
{
	struct gimage_segment *s = &g->segment[g->segment_count];
	const uint64_t first = ph->p_vaddr & ~(PHYS_PAGE_BYTES - 1);
	uint64_t end;

	if (!view(g, ph->p_offset, ph->p_filesz))
		return bad(why, "SP image: a segment lies outside of the file (truncated?)");
	if (ph->p_filesz > ph->p_memsz)
		return bad(why, "SP image: a segment holds more in the file than in memory");
	if (ph->p_memsz > IMAGE_MAX_BYTES || ph->p_vaddr > EC_VA_END)
		return bad(why, "SP image: a segment is too large");
	if (g->segment_count == GIMAGE_SEGMENTS_MAX)
		return bad(why, "SP image: more than 16 segments");
	if ((ph->p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
		return bad(why, "SP image: a segment is writable and executable");
	end = ph->p_vaddr + ph->p_memsz;
	*s = (struct gimage_segment){
		.va = first,
		.pages = (uint32_t)((end - first + PHYS_PAGE_BYTES - 1) / PHYS_PAGE_BYTES),
		.access = access_of(ph) | EC_MAP_R,
	};
	if (g->segment_count) {
		const struct gimage_segment *prev = s - 1;

		if (prev->va + prev->pages * PHYS_PAGE_BYTES > s->va)
			return bad(why, "SP image: segments overlap or share a page");
	}
	g->segment_count++;
	return 0;
}

/* Section `.sp_head`: uuid, stack size, flags, reserved. */
static int read_sp_head(struct gimage *g, unsigned names, const char **why)
{
	Elf64_Shdr sh;

	for (unsigned i = 0; section_header(g, i, &sh); i++) {
		const char *name = string_of(g, names, sh.sh_name);
		const uint8_t *head;

		if (!name || strcmp(name, ".sp_head"))
			continue;
		head = sh.sh_type == SHT_NOBITS ? NULL : view(g, sh.sh_offset, sh.sh_size);
		if (!head || sh.sh_size < 32)
			return bad(why, "SP image: .sp_head is damaged");
		memcpy(g->uuid, head, sizeof(g->uuid));
		memcpy(&g->stack_bytes, head + 16, sizeof(g->stack_bytes));
		g->has_sp_head = true;
		if (!g->stack_bytes || g->stack_bytes % 16 || g->stack_bytes > STACK_MAX_BYTES)
			return bad(why, "SP image: .sp_head asks for an impossible stack");
		return 0;
	}
	g->stack_bytes = GIMAGE_STACK_BYTES;
	return 0;
}

static bool executable_at(const struct gimage *g, uint64_t va)
{
	for (unsigned i = 0; i < g->segment_count; i++) {
		const struct gimage_segment *s = &g->segment[i];

		if (va >= s->va && va < s->va + s->pages * PHYS_PAGE_BYTES)
			return s->access & EC_MAP_X;
	}
	return false;
}

static int parse_elf(struct gimage *g, const char **why)
{
	const struct gimage_segment *last;
	Elf64_Ehdr ehdr;
	Elf64_Phdr ph;
	int err;

	if (g->body_bytes < sizeof(ehdr))
		return bad(why, "SP image: shorter than an ELF header");
	memcpy(&ehdr, g->body, sizeof(ehdr));
	if (ehdr.e_ident[EI_CLASS] != ELFCLASS64 || ehdr.e_ident[EI_DATA] != ELFDATA2LSB ||
	    ehdr.e_machine != EM_AARCH64)
		return bad(why, "SP image: not 64-bit little-endian AArch64");
	if (ehdr.e_type != ET_DYN && ehdr.e_type != ET_EXEC)
		return bad(why, "SP image: neither an executable nor position independent");
	if (ehdr.e_phentsize != sizeof(ph) || !program_header(g, ehdr.e_phnum - 1u, &ph))
		return bad(why, "SP image: program headers lie outside of the file (truncated?)");
	for (unsigned i = 0; program_header(g, i, &ph); i++) {
		if (ph.p_type == PT_INTERP)
			return bad(why, "SP image: wants a dynamic linker; link it static-pie");
		if (ph.p_type != PT_LOAD || !ph.p_memsz)
			continue;
		err = add_segment(g, &ph, why);
		if (err)
			return err;
	}
	if (!g->segment_count)
		return bad(why, "SP image: nothing to load");
	if (!executable_at(g, ehdr.e_entry) || ehdr.e_entry % 4)
		return bad(why, "SP image: the entry point is not in an executable segment");
	last = &g->segment[g->segment_count - 1];
	g->base = g->segment[0].va;
	g->bytes = last->va + last->pages * PHYS_PAGE_BYTES - g->base;
	if (g->bytes > IMAGE_MAX_BYTES)
		return bad(why, "SP image: segments are too far apart");
	g->entry = ehdr.e_entry - g->base;
	for (unsigned i = 0; i < g->segment_count; i++)
		g->segment[i].va -= g->base;
	return read_sp_head(g, ehdr.e_shstrndx, why);
}

static int parse_flat(struct gimage *g, const char **why)
{
	if (!g->body_bytes || g->body_bytes > IMAGE_MAX_BYTES)
		return bad(why, "flat SP image: empty or too large");
	g->format = GIMAGE_FLAT;
	g->bytes = (g->body_bytes + PHYS_PAGE_BYTES - 1) & ~(PHYS_PAGE_BYTES - 1);
	g->segment[0] = (struct gimage_segment){.pages = (uint32_t)(g->bytes / PHYS_PAGE_BYTES),
						.access = EC_MAP_R | EC_MAP_X};
	g->segment_count = 1;
	return 0;
}

int gimage_parse(const uint8_t *file, size_t bytes, bool flat, struct gimage *out, const char **why)
{
	int err = 0;

	memset(out, 0, sizeof(*out));
	out->body = file;
	out->body_bytes = bytes;
	if (is_package(file, bytes))
		err = open_package(out, why);
	if (err)
		return err;
	if (is_elf(out->body, out->body_bytes)) {
		err = parse_elf(out, why);
		if (!err && !gimage_relocate(out, 0, NULL, NULL))
			err = bad(why,
				  "SP image: a relocation that a static-PIE image does not have");
		return err;
	}
	if (!flat)
		return bad(why, "SP image: not an ELF file (flat images need elf-format = <0>)");
	return parse_flat(out, why);
}

int gimage_load(const char *path, bool flat, struct gimage *out, const char **why)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long bytes = -1;
	int err;

	if (!file) {
		*why = "SP image is missing";
		return -ENOENT;
	}
	if (!fseek(file, 0, SEEK_END))
		bytes = ftell(file);
	if (bytes < 0 || (size_t)bytes > FILE_MAX_BYTES) {
		err = bad(why, "SP image is no file, or too large");
		goto out;
	}
	rewind(file);
	data = malloc((size_t)bytes + 1);
	if (!data || fread(data, 1, (size_t)bytes, file) != (size_t)bytes) {
		*why = "SP image cannot be read";
		err = -ENOMEM;
		goto out;
	}
	err = gimage_parse(data, (size_t)bytes, flat, out, why);
out:
	fclose(file);
	if (err) {
		free(data);
		return err;
	}
	out->file = data;
	out->file_bytes = (size_t)bytes;
	return 0;
}

void gimage_free(struct gimage *g)
{
	free(g->file);
	memset(g, 0, sizeof(*g));
}

void gimage_fill(const struct gimage *g, unsigned segment, uint8_t *to)
{
	const struct gimage_segment *s = &g->segment[segment];
	Elf64_Phdr ph;

	if (g->format == GIMAGE_FLAT) {
		memcpy(to, g->body, g->body_bytes);
		return;
	}
	for (unsigned i = 0; program_header(g, i, &ph); i++)
		if (ph.p_type == PT_LOAD && ph.p_memsz &&
		    (ph.p_vaddr & ~(PHYS_PAGE_BYTES - 1)) == s->va + g->base)
			memcpy(to + ph.p_vaddr % PHYS_PAGE_BYTES, g->body + ph.p_offset,
			       ph.p_filesz);
}

/* A word inside some segment. */
static bool word_inside(const struct gimage *g, uint64_t offset)
{
	for (unsigned i = 0; i < g->segment_count; i++) {
		const struct gimage_segment *s = &g->segment[i];
		const uint64_t end = s->va + s->pages * PHYS_PAGE_BYTES;

		if (offset >= s->va && offset <= end - 8 && offset < end)
			return true;
	}
	return false;
}

bool gimage_relocate(const struct gimage *g, uint64_t load_va,
		     void (*put)(void *ctx, uint64_t offset, uint64_t value), void *ctx)
{
	Elf64_Shdr sh;

	if (g->format == GIMAGE_FLAT)
		return true;
	for (unsigned i = 0; section_header(g, i, &sh); i++) {
		const Elf64_Rela *rela;

		if (sh.sh_type != SHT_RELA || !(sh.sh_flags & SHF_ALLOC))
			continue;
		rela = view(g, sh.sh_offset, sh.sh_size);
		if (!rela)
			return false;
		for (uint64_t n = 0; n < sh.sh_size / sizeof(*rela); n++) {
			Elf64_Rela r;

			memcpy(&r, &rela[n], sizeof(r));
			if (ELF64_R_TYPE(r.r_info) != R_AARCH64_RELATIVE ||
			    !word_inside(g, r.r_offset - g->base))
				return false;
			if (put)
				put(ctx, r.r_offset - g->base,
				    load_va + (uint64_t)r.r_addend - g->base);
		}
	}
	return true;
}

/* Walks the symbols; stops when @match answers true. */
static bool each_symbol(const struct gimage *g,
			bool (*match)(void *ctx, const Elf64_Sym *sym, const char *name), void *ctx)
{
	Elf64_Shdr sh;

	if (g->format == GIMAGE_FLAT)
		return false;
	for (unsigned i = 0; section_header(g, i, &sh); i++) {
		const uint8_t *table;

		if (sh.sh_type != SHT_SYMTAB)
			continue;
		table = view(g, sh.sh_offset, sh.sh_size);
		for (uint64_t n = 0; table && n < sh.sh_size / sizeof(Elf64_Sym); n++) {
			const char *name;
			Elf64_Sym sym;

			memcpy(&sym, table + n * sizeof(sym), sizeof(sym));
			name = string_of(g, sh.sh_link, sym.st_name);
			if (name && name[0] && name[0] != '$' && sym.st_shndx != SHN_UNDEF &&
			    sym.st_shndx < SHN_LORESERVE && match(ctx, &sym, name))
				return true;
		}
	}
	return false;
}

struct by_name {
	const char *name;
	Elf64_Sym sym;
};

static bool match_name(void *ctx, const Elf64_Sym *sym, const char *name)
{
	struct by_name *q = ctx;

	q->sym = *sym;
	return !strcmp(name, q->name);
}

bool gimage_symbol(const struct gimage *g, const char *name, uint64_t *offset, uint64_t *bytes)
{
	struct by_name q = {.name = name};

	if (!each_symbol(g, match_name, &q))
		return false;
	*offset = q.sym.st_value - g->base;
	*bytes = q.sym.st_size;
	return *offset < g->bytes;
}

struct by_address {
	uint64_t va, start;
	const char *name;
};

static bool match_nearest(void *ctx, const Elf64_Sym *sym, const char *name)
{
	struct by_address *q = ctx;
	const unsigned type = ELF64_ST_TYPE(sym->st_info);

	if (sym->st_value <= q->va && (!q->name || sym->st_value > q->start) &&
	    (type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE)) {
		q->name = name;
		q->start = sym->st_value;
	}
	return false;
}

const char *gimage_symbol_at(const struct gimage *g, uint64_t offset, uint64_t *distance)
{
	struct by_address q = {.va = offset + g->base};

	if (offset >= g->bytes)
		return NULL;
	each_symbol(g, match_nearest, &q);
	*distance = q.va - q.start;
	return q.name;
}
