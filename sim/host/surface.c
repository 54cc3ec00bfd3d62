/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads over the compiler's shoulder: for an identifier or header it does not know, says which
 * header declares it, or that the fake kernel has no such thing. Its own text stays as it is.
 */
#include "host/surface.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host/files.h"
#include "host/words.h"

const struct surface_row *surface_find(const char *name)
{
	unsigned low = 0, high = surface_row_count;

	while (low < high) {
		unsigned mid = (low + high) / 2;
		int order = strcmp(surface_rows[mid].name, name);

		if (!order)
			return &surface_rows[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const char *surface_say(const char *name, struct pool *pool)
{
	const struct surface_row *row = surface_find(name);

	if (row)
		return pool_printf(pool, " (declared in <%s>)", row->header);
	return " (not modelled: docs/kernel.md lists what is)";
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The quoted word behind @lead in @line: 'kfree' or `kfree', into @word. */
static bool quoted(const char *line, const char *lead, char *word, size_t room)
{
	const char *at = strstr(line, lead);
	size_t n = 0;

	if (!at)
		return false;
	at += strlen(lead);
	while (n < room - 1 && is_word(at[n])) {
		word[n] = at[n];
		n++;
	}
	word[n] = '\0';
	return n && (at[n] == '\'' || at[n] == ';');
}

/* Without colours, so that the patterns below meet plain text. */
static void plain(char *to, const char *from, size_t len, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < room - 1; i++) {
		if (from[i] == '\033') {
			while (i < len && from[i] != 'm' && from[i] != 'K')
				i++;
			continue;
		}
		to[n++] = from[i];
	}
	to[n] = '\0';
}

/* Whether a line of a header declares @word: "#define word", "type word(", "struct word {" or the
 * "} word;" and "type word;" of a typedef. Only asked after an error, so reading all is fine. */
static bool declares(const char *line, const char *word)
{
	size_t n = strlen(word);

	if (isspace((unsigned char)line[0]) || line[0] == '/' || line[0] == '*')
		return false;
	for (const char *at = strstr(line, word); at; at = strstr(at + 1, word)) {
		if ((at > line && is_word(at[-1])) || is_word(at[n]))
			continue;
		if (!strncmp(line, "#define ", 8))
			return at == line + 8;
		if (at[n] == '(' && at > line)
			return true;
		if (!strncmp(line, "typedef ", 8) || line[0] == '}')
			return at[n] == ';';
		return at - line >= 7 && !strncmp(at - 7, "struct ", 7) && !strcmp(at + n, " {\n");
	}
	return false;
}

static const char *search_headers(const char *word)
{
	static const char *const folders[] = {"linux", "asm", "crypto", "kunit"};
	static char found[300];
	char path[4096], line[512];

	for (size_t i = 0; i < 4 && host_kernel_headers(); i++) {
		struct dirent **list;
		bool hit = false;
		int n;

		snprintf(path, sizeof(path), "%s/%s", host_kernel_headers(), folders[i]);
		n = scandir(path, &list, NULL, alphasort);
		for (int f = 0; f < n; f++) {
			FILE *h = NULL;

			snprintf(path, sizeof(path), "%s/%s/%s", host_kernel_headers(), folders[i],
				 list[f]->d_name);
			if (!hit && list[f]->d_name[0] != '.')
				h = fopen(path, "re");
			while (h && !hit && fgets(line, sizeof(line), h))
				hit = declares(line, word);
			if (h && hit)
				snprintf(found, sizeof(found), "%s/%s", folders[i],
					 list[f]->d_name);
			if (h)
				fclose(h);
			free(list[f]);
		}
		if (n >= 0)
			free(list);
		if (hit)
			return found;
	}
	return NULL;
}

/* A name in lower case may be anything, most often a slip in the module itself: only what the
 * fake kernel has is worth a line then. */
static bool undeclared(const char *line, char *word, size_t room)
{
	const char *tail = strstr(line, "' undeclared"), *start = tail;

	while (start && start > line && start[-1] != '\'')
		start--;
	if (!tail || start == tail || (size_t)(tail - start) >= room)
		return false;
	memcpy(word, start, (size_t)(tail - start));
	word[tail - start] = '\0';
	return isupper((unsigned char)word[0]) || surface_find(word) || search_headers(word);
}

static void explain_word(const char *word, FILE *out)
{
	const struct surface_row *row = surface_find(word);
	const char *header = row ? row->header : search_headers(word);

	if (row && strstr(row->state, "-7"))
		fprintf(out,
			"ffasim: '%s': only in kernel 7.x (--kernel 7.x), where <%s> declares it\n",
			word, row->header);
	else if (row && !strcmp(row->state, "refused"))
		fprintf(out,
			"ffasim: '%s': <%s> declares it (the fake kernel is built without it: "
			"it fails as it would there)\n",
			word, row->header);
	else if (header)
		fprintf(out, "ffasim: '%s': #include <%s> declares it\n", word, header);
	else
		fprintf(out,
			"ffasim: '%s': not modelled by the fake kernel (docs/kernel.md lists "
			"what is)\n",
			word);
}

/* clang and gcc say the same things in nearly the same words. */
static bool unknown(const char *line, char *word, size_t room)
{
	static const char *const leads[] = {
		"implicit declaration of function '",
		"call to undeclared function '",
		"use of undeclared identifier '",
		"unknown type name '",
		"invalid use of undefined type 'struct ",
		"variable has incomplete type 'struct ",
		"invalid application of 'sizeof' to incomplete type 'struct ",
	};
	bool is_message = strstr(line, "error:") || strstr(line, "warning:");

	for (size_t i = 0; is_message && i < sizeof(leads) / sizeof(leads[0]); i++)
		if (quoted(line, leads[i], word, room))
			return true;
	return is_message && undeclared(line, word, room);
}

static bool missing_header(const char *line, char *word, size_t room)
{
	const char *at = strstr(line, "fatal error: "), *end;

	if (!at)
		return false;
	at += strlen("fatal error: ");
	at += *at == '\'';
	end = strstr(at, ": No such file");
	end = end ? end : strstr(at, "' file not found");
	if (!end || (size_t)(end - at) >= room)
		return false;
	memcpy(word, at, (size_t)(end - at));
	word[end - at] = '\0';
	return true;
}

struct pending { /* the line to add once the whole message is out */
	char word[128];
	bool header;
};

static void add_pending(struct pending *p, FILE *out)
{
	if (p->word[0] && p->header)
		fprintf(out,
			"ffasim: <%s>: the fake kernel has no such header; is it one of the "
			"module's own? (-I DIR)\n",
			p->word);
	else if (p->word[0])
		explain_word(p->word, out);
	p->word[0] = '\0';
}

void surface_explain(const char *text, FILE *out)
{
	char line[1024], word[128], said[64][128];
	struct pending pending = {.word = ""};
	unsigned said_count = 0;

	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\n");
		bool told = false, header = false;

		plain(line, at, len, sizeof(line));
		/* The excerpt and the marks below a message are indented. */
		if (line[0] != ' ')
			add_pending(&pending, out);
		fwrite(at, 1, len, out);
		fputc('\n', out);
		at += len + (at[len] == '\n');
		if (missing_header(line, word, sizeof(word)))
			header = true;
		else if (!unknown(line, word, sizeof(word)))
			continue;
		for (unsigned i = 0; i < said_count; i++)
			told |= !strcmp(said[i], word);
		if (told)
			continue;
		if (said_count < 64)
			strcpy(said[said_count++], word);
		strcpy(pending.word, word);
		pending.header = header;
	}
	add_pending(&pending, out);
}
