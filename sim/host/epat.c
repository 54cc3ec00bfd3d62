/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Event patterns over the trace: "ffa.interrupt@pe0{w1=80020000, who=client}". A name that is a
 * prefix up to a dot stands for all below it ("stall"). Fields compare as they print (enum
 * trace_field): registers and ids in hex, counts in decimal, names, times; ranges lo..hi.
 * Parentheses do what braces do, for YAML's sake.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/scenario.h"

static bool kind_matches(const char *pattern, const char *kind)
{
	size_t n = strlen(pattern);

	if (strchr(pattern, '*'))
		return text_glob(pattern, kind);
	return !strncmp(pattern, kind, n) && (!kind[n] || kind[n] == '.');
}

static int8_t field_index(const struct trace_kind *kind, const char *name)
{
	size_t n = strlen(name);

	for (int8_t i = 0; i < TRACE_ARGS && kind->fields[i]; i++) {
		const char *field = kind->fields[i];
		size_t len;

		trace_field(field, &len);
		if ((len == n && !strncmp(field, name, n)) || !strcmp(field, name))
			return i;
	}
	return -1;
}

static bool number_hex(const char *text, uint64_t *out)
{
	char *end;
	int64_t v;

	if (text[0] == '-') {
		if (!word_i64(text, &v))
			return false;
		*out = (uint64_t)v;
		return true;
	}
	*out = strtoull(text, &end, 16);
	return text[0] && !*end;
}

static bool field_value(enum trace_field type, const char *text, uint64_t *out)
{
	switch (type) {
	case TRACE_TIME:
		return word_time(text, out);
	case TRACE_COUNT:
		return word_u64(text, out);
	default:
		return number_hex(text, out) || word_ffa(text, out);
	}
}

static int parse_field(struct pool *pool, struct epat *p, char *text, struct diag *d)
{
	const struct trace_kind *k = trace_kind_by_id(p->kind[0].id);
	char *eq = strchr(text, '='), *dots;
	struct epat_field *f;
	enum trace_field type = TRACE_HEX;
	size_t len;
	int8_t at;

	while (*text == ' ')
		text++;
	if (!eq)
		return DIAG_NODE(d, p->node, "'%s' must be field=value", text);
	*eq++ = '\0';
	while (eq[-2] == ' ' && eq - 2 > text)
		eq[-2] = '\0';
	if (!strcmp(text, "who") || !strcmp(text, "task")) {
		bool is_field = false;

		for (size_t i = 0; i < p->kind_count; i++)
			is_field |= field_index(trace_kind_by_id(p->kind[i].id), text) >= 0;
		if (!is_field) {
			p->who = trace_intern(eq);
			return 0;
		}
	}
	if (!strcmp(text, "pe")) {
		uint64_t pe;

		at = field_index(k, text);
		if (at < 0) {
			if (!word_u64(eq, &pe))
				return DIAG_NODE(d, p->node, "'pe' must be a PE number");
			p->pe = (int)pe;
			return 0;
		}
	}
	if (p->field_count == SCN_FIELDS_MAX)
		return DIAG_NODE(d, p->node, "more than %d fields", SCN_FIELDS_MAX);
	f = &p->field[p->field_count];
	f->name = pool_strdup(pool, text);
	/* Every kind the name stands for must have the field. */
	for (size_t i = 0; i < p->kind_count; i++) {
		k = trace_kind_by_id(p->kind[i].id);
		at = field_index(k, text);
		if (at < 0) {
			const char *words[TRACE_ARGS + 2] = {"who"};
			size_t n = 1;

			for (int j = 0; j < TRACE_ARGS && k->fields[j]; j++) {
				trace_field(k->fields[j], &len);
				words[n++] = pool_printf(pool, "%.*s", (int)len, k->fields[j]);
			}
			return DIAG_NODE(d, p->node,
					 "event '%s' has no field '%s' (did you mean '%s'?)",
					 k->name, text, word_nearest(text, words, n));
		}
		p->kind[i].field[p->field_count] = at;
		type = trace_field(k->fields[at], &len);
	}
	p->field_count++;
	if (type == TRACE_NAME) {
		f->word = trace_intern(eq);
		return 0;
	}
	dots = strstr(eq, "..");
	if (dots)
		*dots = '\0';
	if (!field_value(type, eq, &f->lo) || (dots && !field_value(type, dots + 2, &f->hi)))
		return DIAG_NODE(d, p->node, "'%s' has a value that is no number or time: '%s'",
				 text, eq);
	if (!dots)
		f->hi = f->lo;
	return 0;
}

static int unknown_event(struct pool *pool, const struct ynode *node, const char *name,
			 struct diag *d)
{
	size_t n;
	const struct trace_kind *const *kinds = trace_kinds(&n);
	const char **words = pool_alloc(pool, (n + 1) * sizeof(*words));

	for (size_t i = 0; i < n; i++)
		words[i] = kinds[i]->name;
	return DIAG_NODE(d, node, "unknown event '%s' (did you mean '%s'?)", name,
			 n ? word_nearest(name, words, n) : "-");
}

struct epat *epat_parse_text(struct pool *pool, const struct ynode *node, const char *text,
			     unsigned pe_count, struct diag *d)
{
	struct epat *p = pool_alloc(pool, sizeof(*p));
	char *copy = pool_strdup(pool, text), *at, *open;
	size_t n;
	const struct trace_kind *const *kinds = trace_kinds(&n);

	p->node = node;
	p->text = pool_strdup(pool, text);
	p->pe = -1;
	open = strpbrk(copy, "{(");
	if (open) {
		size_t len = strlen(open);

		if (len < 2 || (open[len - 1] != '}' && open[len - 1] != ')')) {
			DIAG_NODE(d, node, "'%s': the bracket is not closed", text);
			return NULL;
		}
		open[len - 1] = '\0';
		*open++ = '\0';
	}
	at = strchr(copy, '@');
	if (at) {
		uint64_t pe;

		*at++ = '\0';
		if (strncmp(at, "pe", 2) || !word_u64(at + 2, &pe)) {
			DIAG_NODE(d, node, "'@%s' must be a PE like @pe0", at);
			return NULL;
		}
		if (pe >= pe_count) {
			DIAG_NODE(d, node, "PE %llu does not exist (the machine has PEs 0..%u)",
				  (unsigned long long)pe, pe_count - 1);
			return NULL;
		}
		p->pe = (int)pe;
	}
	p->kind = pool_alloc(pool, (n + 1) * sizeof(*p->kind));
	for (size_t i = 0; i < n; i++) {
		if (kind_matches(copy, kinds[i]->name))
			p->kind[p->kind_count++].id = kinds[i]->id;
	}
	if (!p->kind_count || !copy[0]) {
		unknown_event(pool, node, copy, d);
		return NULL;
	}
	for (char *save = NULL, *f = open ? strtok_r(open, ",", &save) : NULL; f;
	     f = strtok_r(NULL, ",", &save)) {
		if (parse_field(pool, p, f, d))
			return NULL;
	}
	return p;
}

static struct epat *parse_in(struct scn *s, const struct ynode *node, const char *text)
{
	struct epat *p = epat_parse_text(&s->pool, node, text, s->mach.pes, s->d);

	/* There are so many that they are only made when somebody asks for them by name. */
	if (!p || strncmp(p->text, "code", 4))
		return p;
	s->access_events = true;
	if (s->mach.points)
		return p;
	DIAG_NODE(s->d, node, "code.access needs 'machine: {points: access}'");
	return NULL;
}

static struct epat *parse_node(struct scn *s, const struct ynode *node)
{
	if (node->type == YNODE_MAP) {
		/* {event: ffa.run, pe: 1, w1: 80020000} */
		char text[512];
		size_t len;
		const struct ynode *event = ynode_get(node, "event");

		if (!event || event->type != YNODE_SCALAR) {
			DIAG_NODE(s->d, node, "key 'event' is missing");
			return NULL;
		}
		len = (size_t)snprintf(text, sizeof(text), "%s{", event->text);
		for (size_t i = 0; i < node->count; i++) {
			if (node->item[i] == event)
				continue;
			if (node->item[i]->type != YNODE_SCALAR || len > 400) {
				DIAG_NODE(s->d, node->item[i], "'%s' must be one word",
					  node->key[i]->text);
				return NULL;
			}
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s=%s,",
						node->key[i]->text, node->item[i]->text);
		}
		snprintf(text + len, sizeof(text) - len, "}");
		return parse_in(s, node, node->count > 1 ? text : event->text);
	}
	if (node->type != YNODE_SCALAR) {
		DIAG_NODE(s->d, node, "an event must be a name like ffa.run@pe1, not %s",
			  ynode_kind(node));
		return NULL;
	}
	return parse_in(s, node, node->text);
}

struct epat *epat_parse(struct scn *s, const struct ynode *node)
{
	struct epat *p = parse_node(s, node);

	if (!p || !guest_point_check(p, s->d))
		return NULL;
	p->next = s->patterns;
	s->patterns = p;
	return p;
}

static const struct epat_kind *find(const struct epat *p, const struct trace_rec *rec)
{
	if (p->pe >= 0 && rec->pe != p->pe)
		return NULL;
	if (p->who && rec->who != p->who)
		return NULL;
	for (size_t i = 0; i < p->kind_count; i++) {
		if (p->kind[i].id == rec->kind)
			return &p->kind[i];
	}
	return NULL;
}

static bool fields(const struct epat *p, const struct epat_kind *k, const struct trace_rec *rec)
{
	for (size_t i = 0; i < p->field_count; i++) {
		uint64_t v = rec->arg[k->field[i]];
		const struct epat_field *f = &p->field[i];

		if (f->word ? v != f->word : v < f->lo || v > f->hi)
			return false;
	}
	return true;
}

bool epat_match(const struct epat *p, const struct trace_rec *rec)
{
	const struct epat_kind *k = find(p, rec);

	return k && fields(p, k, rec);
}

bool epat_match_but_fields(const struct epat *p, const struct trace_rec *rec)
{
	const struct epat_kind *k = find(p, rec);

	return k && !fields(p, k, rec);
}
