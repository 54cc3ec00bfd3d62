/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a property stands in a device tree source. No parser: comments and strings are skipped,
 * braces counted, and what stands before a brace or a '=' is a name. Included files are not read.
 */
#include "host/dts_where.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16

struct scan {
	const char *at, *line_start;
	unsigned line;
	bool in_node[DEPTH_MAX]; /* the node that is looked for, at each depth */
	unsigned depth;
};

static bool skip_blank(struct scan *s)
{
	const char *const start = s->at;

	if (!strncmp(s->at, "/*", 2)) {
		const char *end = strstr(s->at + 2, "*/");

		s->at = end ? end + 2 : s->at + strlen(s->at);
	} else if (!strncmp(s->at, "//", 2)) {
		s->at += strcspn(s->at, "\n");
	} else if (*s->at == '"') {
		for (s->at++; *s->at && *s->at != '"'; s->at++)
			if (*s->at == '\\' && s->at[1])
				s->at++;
		s->at += *s->at == '"';
	} else if (isspace((unsigned char)*s->at)) {
		s->at++;
	}
	for (const char *p = start; p < s->at; p++)
		if (*p == '\n') {
			s->line++;
			s->line_start = p + 1;
		}
	return s->at != start;
}

static size_t word_bytes(const char *p)
{
	return strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,._+*#?@-");
}

static struct dts_position here(const struct scan *s, const char *word)
{
	return (struct dts_position){s->line, (unsigned)(word - s->line_start) + 1};
}

/* What a name at the beginning of a statement introduces: '{', '=', ';', or 0 for a label. */
static char kind_of(const char *after)
{
	after += strspn(after, " \t\r\n");
	return *after == '{' || *after == '=' || *after == ';' ? *after : 0;
}

static bool same(const char *word, size_t bytes, const char *name)
{
	return strlen(name) == bytes && !memcmp(word, name, bytes);
}

struct dts_position dts_where(const char *source, const char *node, const char *property)
{
	struct scan s = {.at = source, .line_start = source, .line = 1};
	struct dts_position of_node = {0, 0}, pending = {0, 0};
	bool statement = true, pending_match = false;

	while (*s.at) {
		const char *const word = s.at;
		size_t n;

		if (skip_blank(&s))
			continue;
		if (*s.at == '/' && kind_of(s.at + 1) == '{') {
			pending_match = !*node;
			pending = here(&s, s.at++);
			continue;
		}
		n = statement ? word_bytes(word) : 0;
		if (n && kind_of(word + n) == '{') {
			pending_match = same(word, n, node);
			pending = here(&s, word);
		} else if (n && kind_of(word + n) && s.depth && s.in_node[s.depth] &&
			   same(word, n, property)) {
			return here(&s, word);
		}
		if (n) {
			statement = word[n] == ':'; /* a label */
			s.at += n + statement;
			continue;
		}
		if (*s.at == '{') {
			if (s.depth < DEPTH_MAX - 1)
				s.in_node[++s.depth] = pending_match;
			if (pending_match)
				of_node = pending;
			pending_match = false;
		} else if (*s.at == '}' && s.depth) {
			s.depth--;
		}
		statement = strchr("{};", *s.at) != NULL;
		s.at++;
	}
	return of_node;
}
