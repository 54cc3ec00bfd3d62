/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks of a scenario and the names their steps share. */
#include <errno.h>
#include <string.h>

#include "host/file_steps.h"
#include "host/gp_steps.h"
#include "host/steps.h"
#include "optee/tas.h"

static const char *const policy_words[] = {"normal", "fifo", NULL};
static const char *const user_words[] = {"user", "root", NULL};

#define T(name_, type_, field_, req_, doc_, ...)                                                   \
	{                                                                                          \
		name_, type_, offsetof(struct scn_task, field_), req_, doc_, ##__VA_ARGS__         \
	}
static const struct vkey task_keys[] = {
	T("name", V_STR, name, true, "name of the task"),
	T("count", V_UINT, copies, false, "this many of them, called NAME-0, NAME-1, ..."),
	T("affinity", V_PES, affinity, false, "PEs it may run on"),
	T("policy", V_ENUM, policy, false, "scheduling policy", policy_words),
	T("priority", V_INT, priority, false, "priority of a fifo task, 1..99"),
	T("nice", V_INT, nice, false, "nice value of a normal task, -20..19"),
	T("pe", V_PE, start_pe, false, "PE it starts on"),
	T("uid", V_UINT, uid, false, "user id"),
	T("user", V_ENUM, user_root, false, "user or root", user_words),
	T("start", V_NODE, start, false, "time or event at which it starts; default at once"),
	T("shares", V_NODE, shares, false, "a task above: this one is a thread of its process"),
	T("background", V_BOOL, background, false, "the scenario does not wait for it"),
	T("steps", V_NODE, steps, true, "list of steps"),
};
#undef T

static int task_error(struct scn *s, const struct ynode *n, const struct scn_task *t)
{
	uint64_t all = s->mach.pes == 64 ? ~0ull : (1ull << s->mach.pes) - 1;

	if (t->policy && (t->priority < 1 || t->priority > 99))
		return DIAG_NODE(s->d, n, "a fifo task needs 'priority' 1..99");
	if (!t->policy && t->priority)
		return DIAG_NODE(s->d, ynode_get(n, "priority"),
				 "'priority' is for policy fifo; a normal task has 'nice'");
	if (t->nice < -20 || t->nice > 19)
		return DIAG_NODE(s->d, ynode_get(n, "nice"), "'nice' must be -20..19");
	if (t->affinity && !(t->affinity & all))
		return DIAG_NODE(s->d, ynode_get(n, "affinity"),
				 "'affinity' names no PE of the machine");
	if (t->affinity && t->start_pe >= 0 && !(t->affinity >> t->start_pe & 1))
		return DIAG_NODE(s->d, ynode_get(n, "pe"), "'pe' %d is outside the task's affinity",
				 t->start_pe);
	return 0;
}

static int read_task(struct scn *s, const struct ynode *n)
{
	struct scn_task t = {.start_pe = -1, .leader = -1, .copies = 1, .uid = 1000, .node = n};

	if (vmap_parse(s, n, task_keys, sizeof(task_keys) / sizeof(task_keys[0]), &t, NULL, NULL) ||
	    task_error(s, n, &t))
		return -EINVAL;
	if (t.user_root)
		t.uid = 0;
	if (t.steps->type != YNODE_SEQ)
		return DIAG_NODE(s->d, t.steps, "'steps' must be a list, not %s",
				 ynode_kind(t.steps));
	if (!t.copies || s->task_count + t.copies > SCN_TASKS_MAX)
		return DIAG_NODE(s->d, n, "the scenario may have 1..%d tasks", SCN_TASKS_MAX);
	for (size_t i = 0; i < s->task_count; i++) {
		if (!strcmp(s->task[i].name, t.name))
			return DIAG_NODE(s->d, n, "two tasks are called '%s'", t.name);
	}
	for (unsigned i = 0; i < t.copies; i++) {
		struct scn_task *to = &s->task[s->task_count++];

		*to = t;
		to->instance = i;
		if (t.copies > 1)
			to->name = pool_printf(&s->pool, "%s-%u", t.name, i);
	}
	return 0;
}

/* Names are known before steps, starts and shares are read: they refer to each other. */
static int resolve_task(struct scn *s, int index)
{
	struct scn_task *t = &s->task[index];

	if (t->shares) {
		t->leader = scn_task_index(s, t->shares);
		if (t->leader < 0)
			return -EINVAL;
		if (t->leader >= index)
			return DIAG_NODE(s->d, t->shares, "'shares' must name a task above");
		if (s->task[t->leader].leader >= 0)
			t->leader = s->task[t->leader].leader;
		if (t->start)
			return DIAG_NODE(s->d, t->start,
					 "a thread starts with its process: no 'start'");
	}
	if (t->start &&
	    (t->start->type != YNODE_SCALAR || !word_time(t->start->text, &t->start_ns))) {
		t->start_on = epat_parse(s, t->start);
		if (!t->start_on)
			return -EINVAL;
	}
	if (t->instance) {
		/* copies run the same steps on objects of their own */
		t->step = s->task[index - t->instance].step;
		t->step_count = s->task[index - t->instance].step_count;
		return 0;
	}
	return scn_read_steps(s, t, index, t->steps);
}

int scn_read_tasks(struct scn *s, const struct ynode *list)
{
	size_t total = 0;

	if (!list)
		return 0;
	if (list->type != YNODE_SEQ)
		return DIAG_NODE(s->d, list, "'tasks' must be a list, not %s", ynode_kind(list));
	for (size_t i = 0; i < list->count; i++) {
		const struct ynode *c = ynode_get(list->item[i], "count");
		uint64_t n = 1;

		if (c && c->type == YNODE_SCALAR && word_u64(c->text, &n) && n > SCN_TASKS_MAX)
			n = SCN_TASKS_MAX;
		total += n;
	}
	s->task = pool_alloc(&s->pool, (total + 1) * sizeof(*s->task));
	for (size_t i = 0; i < list->count; i++) {
		if (read_task(s, list->item[i]))
			return -EINVAL;
	}
	for (size_t i = 0; i < s->task_count; i++) {
		if (resolve_task(s, (int)i))
			return -EINVAL;
	}
	return 0;
}

int scn_task_index(struct scn *s, const struct ynode *node)
{
	const char *words[64];
	size_t n = 0;

	if (node->type != YNODE_SCALAR) {
		DIAG_NODE(s->d, node, "a task must be a name, not %s", ynode_kind(node));
		return -1;
	}
	for (size_t i = 0; i < s->task_count; i++) {
		if (!strcmp(s->task[i].name, node->text))
			return (int)i;
		if (n < 64)
			words[n++] = s->task[i].name;
	}
	if (!n)
		DIAG_NODE(s->d, node, "unknown task '%s' (the scenario has none)", node->text);
	else
		DIAG_NODE(s->d, node, "unknown task '%s' (did you mean '%s'?)", node->text,
			  word_nearest(node->text, words, n));
	return -1;
}

/* --- steps ----------------------------------------------------------------------------------- */

static int slot_find(struct scn *s, int process, const char *name)
{
	for (size_t i = 0; i < s->slot_count; i++) {
		if (s->slot[i].process == process && !strcmp(s->slot[i].name, name))
			return (int)i;
	}
	return -1;
}

static int slot_new(struct scn *s, int process, const char *name, enum slot_kind kind)
{
	int at = slot_find(s, process, name);

	if (at >= 0)
		return at; /* opened again */
	if (s->slot_count == s->slot_room) {
		size_t room = s->slot_room ? 2 * s->slot_room : 16;
		struct scn_slot *more = pool_alloc(&s->pool, room * sizeof(*more));

		if (s->slot_count)
			memcpy(more, s->slot, s->slot_count * sizeof(*more));
		s->slot = more;
		s->slot_room = room;
	}
	s->slot[s->slot_count] =
		(struct scn_slot){.process = process, .name = name, .kind = kind, .part = -1};
	return (int)s->slot_count++;
}

int scn_slot_use(struct scn *s, const struct ynode *n, int process, const char *name,
		 enum slot_kind kind, int *out)
{
	static const char *const kinds[] = {"device", "session", "shared memory", "saved register",
					    "request"};
	const char *words[64];
	size_t count = 0;

	*out = slot_find(s, process, name);
	if (*out >= 0 && s->slot[*out].kind == kind)
		return 0;
	if (*out >= 0)
		return DIAG_NODE(s->d, n, "'%s' is a %s, not a %s", name, kinds[s->slot[*out].kind],
				 kinds[kind]);
	for (size_t i = 0; i < s->slot_count && count < 64; i++) {
		if (s->slot[i].process == process && s->slot[i].kind == kind)
			words[count++] = s->slot[i].name;
	}
	if (!count)
		return DIAG_NODE(s->d, n, "no %s is called '%s' (none made above)", kinds[kind],
				 name);
	return DIAG_NODE(s->d, n, "no %s is called '%s' (did you mean '%s'?)", kinds[kind], name,
			 word_nearest(name, words, count));
}

static int slot_use(struct scn *s, const struct ynode *step, const char *key, int process,
		    const char *name, enum slot_kind kind, int *out)
{
	return scn_slot_use(s, ynode_get(step, key), process, name, kind, out);
}

struct other_ctx {
	struct scn_step *st;
	const struct ynode *map;
};

/* Arguments of the opcode are keys of the invoke step. Kept for resolve_invoke(). */
static int invoke_other(struct scn *s, const char *key, const struct ynode *value, void *ctx)
{
	return 0;
}

static int invoke_args(struct scn *s, struct scn_step *st, const struct ynode *map,
		       const struct step_kind *kind)
{
	struct step_args *a = &st->a;
	const char *words[FFASIM_SERVICE_ARGS];
	size_t arg_count = 0;

	for (size_t j = 0; a->op && j < FFASIM_SERVICE_ARGS && a->op->args[j].kind; j++)
		words[arg_count++] = a->op->args[j].name;
	for (size_t i = 0; i < map->count; i++) {
		const char *key = map->key[i]->text;
		const struct ynode *v = map->item[i];
		size_t j = 0;
		int64_t num;
		bool known = false;

		for (size_t k = 0; k < kind->key_count; k++)
			known |= !strcmp(kind->keys[k].name, key);
		if (known)
			continue;
		while (j < arg_count && strcmp(words[j], key))
			j++;
		if (j == arg_count)
			return vkey_unknown(s, map->key[i], kind->keys, kind->key_count, words,
					    arg_count);
		if (v->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, v, "'%s' must be one word", key);
		switch (a->op->args[j].kind) {
		case FFASIM_ARG_TIME:
			if (!word_time(v->text, &a->arg[j]))
				return DIAG_NODE(s->d, v, "'%s' must be a time like 10ms, not '%s'",
						 key, v->text);
			break;
		case FFASIM_ARG_SP: {
			int part;

			if (word_u64(v->text, &a->arg[j]))
				break;
			part = scn_part_index(s, v);
			if (part < 0)
				return -EINVAL;
			a->arg_part[j] = part + 1;
			break;
		}
		default: {
			const struct ffasim_service_op *op = NULL;

			/* an opcode of this service may be given by name */
			if (a->service_ref)
				op = ffasim_service_op_find(a->service_ref, v->text);
			if (op)
				num = op->opcode;
			else if (!word_i64(v->text, &num) && !word_ffa(v->text, (uint64_t *)&num))
				return DIAG_NODE(s->d, v, "'%s' must be a number, not '%s'", key,
						 v->text);
			a->arg[j] = (uint64_t)num;
		}
		}
		if (j + 1 > a->arg_count)
			a->arg_count = (unsigned)j + 1;
	}
	return 0;
}

static int resolve_invoke(struct scn *s, struct scn_step *st, const struct ynode *map,
			  const struct step_kind *kind)
{
	struct step_args *a = &st->a;
	uint64_t number;
	const char *words[256];
	size_t n = 0;

	a->service_ref = s->slot[a->on_slot].service;
	if (word_u64(a->opcode, &number)) {
		a->opcode_number = (int32_t)number;
		for (size_t i = 0; a->service_ref && i < a->service_ref->op_count; i++) {
			if (a->service_ref->ops[i].opcode == number)
				a->op = &a->service_ref->ops[i];
		}
	} else {
		a->op = a->service_ref ? ffasim_service_op_find(a->service_ref, a->opcode) : NULL;
		if (!a->op) {
			for (size_t i = 0;
			     a->service_ref && i < a->service_ref->op_count && i < 256; i++)
				words[n++] = a->service_ref->ops[i].name;
			return DIAG_NODE(s->d, ynode_get(map, "opcode"),
					 n ? "unknown opcode '%s' (did you mean '%s'?)"
					   : "unknown opcode '%s'%s",
					 a->opcode, n ? word_nearest(a->opcode, words, n) : "");
		}
		a->opcode_number = a->op->opcode;
	}
	return invoke_args(s, st, map, kind);
}

/* One kind of message, and a pseudo TA that exists. */
static int optee_message_check(struct diag *d, const struct ynode *map)
{
	static const char *const kinds[] = {"open", "session", "cancel", "close", "command"};
	const struct ynode *open = ynode_get(map, "open");
	const char *words[64];
	uint64_t uuid[2];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		n += ynode_get(map, kinds[i]) != NULL;
	if (n != 1)
		return DIAG_NODE(
			d, map, "one of 'open', 'session', 'cancel', 'close', 'command' is needed");
	if (!open || optee_ta_uuid(open->text, uuid))
		return 0;
	for (n = 0; n < 64 && optee_ta_name(n); n++)
		words[n] = optee_ta_name(n);
	return DIAG_NODE(d, open, "unknown pseudo TA '%s' (did you mean '%s'?)", open->text,
			 word_nearest(open->text, words, n));
}

static int resolve_step(struct scn *s, struct scn_step *st, const struct ynode *map, int process)
{
	struct step_args *a = &st->a;
	const char *name = st->kind->name;

	a->slot = a->on_slot = a->shm_slot = -1;
	if (!strcmp(name, "open")) {
		a->slot = slot_new(s, process, a->as ? a->as : a->device, SLOT_CTX);
		for (size_t i = 0; i < s->part_count; i++) {
			if (!strcmp(s->part[i].name, a->device))
				s->slot[a->slot].part = (int)i;
		}
		if (s->slot[a->slot].part < 0 &&
		    (!strcmp(a->device, "optee") || !strcmp(a->device, "supplicant"))) {
			s->mach.optee = true;
			return 0;
		}
		if (s->slot[a->slot].part < 0 && a->device[0] != '/') {
			const char *words[WORLD_PARTITIONS_MAX + 3] = {"optee", "supplicant",
								       "/dev/tee0"};

			for (size_t i = 0; i < s->part_count; i++)
				words[3 + i] = s->part[i].name;
			return DIAG_NODE(s->d, ynode_get(map, "device"),
					 "unknown device '%s' (did you mean '%s'?)", a->device,
					 word_nearest(a->device, words, 3 + s->part_count));
		}
		return 0;
	}
	if (!strcmp(name, "ioctl") || !strncmp(name, "file-", 5)) {
		if (a->data && a->data->count > FILE_STEP_DATA_MAX)
			return DIAG_NODE(s->d, ynode_get(map, "data"),
					 "'data' has %zu bytes, one call carries at most %d",
					 (size_t)a->data->count, FILE_STEP_DATA_MAX);
		return slot_use(s, map, "on", process, a->on, SLOT_CTX, &a->on_slot);
	}
	if (!strcmp(name, "session") || !strcmp(name, "shm") || !strcmp(name, "close")) {
		if (slot_use(s, map, "on", process, a->on, SLOT_CTX, &a->on_slot)) {
			int shm = slot_find(s, process, a->on);

			if (strcmp(name, "close") || shm < 0 || s->slot[shm].kind != SLOT_SHM)
				return -EINVAL;
			s->d->set = false; /* close of a shared memory's descriptor */
			a->on_slot = shm;
		}
	}
	if (!strcmp(name, "session")) {
		size_t n;
		const struct ffasim_service *all = ffasim_services(&n);
		int part = s->slot[a->on_slot].part;
		const char *service = a->service  ? a->service
				      : part >= 0 ? s->part[part].service
						  : "echo";

		a->slot = slot_new(s, process, a->as, SLOT_SESSION);
		s->slot[a->slot].gp = a->ta;
		if (a->ta)
			return gp_read_session(s, st, map, process);
		a->service_ref = ffasim_service_find(service);
		if (!a->service_ref && a->service) {
			const char *words[64];

			for (size_t i = 0; i < n && i < 64; i++)
				words[i] = all[i].name;
			return DIAG_NODE(s->d, ynode_get(map, "service"),
					 "unknown service '%s' (did you mean '%s'?)", service,
					 word_nearest(service, words, n));
		}
		if (!a->service_ref)
			return DIAG_NODE(s->d, map, "key 'service' is missing");
		s->slot[a->slot].service = a->service_ref;
		s->slot[a->slot].part = part;
		return 0;
	}
	if (!strcmp(name, "shm")) {
		if (!a->bytes && !a->expect)
			return DIAG_NODE(s->d, map, "key 'bytes' is missing");
		a->slot = slot_new(s, process, a->as, SLOT_SHM);
		return 0;
	}
	if (!strcmp(name, "optee-memory") || !strcmp(name, "ffa-memory")) {
		if (!a->bytes || a->bytes % 4096)
			return DIAG_NODE(s->d, ynode_get(map, "bytes"),
					 "'bytes' must be whole pages");
		a->slot = slot_new(s, process, a->as, SLOT_SHM);
		return 0;
	}
	if (!strcmp(name, "optee-message") && optee_message_check(s->d, map))
		return -EINVAL;
	if (!strncmp(name, "optee-", 6) || !strcmp(name, "ffa-release"))
		return slot_use(s, map, "on", process, a->on, SLOT_SHM, &a->on_slot);
	if (!strcmp(name, "invoke")) {
		if (slot_use(s, map, "on", process, a->on, SLOT_SESSION, &a->on_slot))
			return -EINVAL;
		if (s->slot[a->on_slot].gp)
			return gp_read_invoke(s, st, map, process);
		if (a->shm) {
			if (a->shm->type != YNODE_SCALAR)
				return DIAG_NODE(s->d, a->shm, "'shm' must be a name");
			if (slot_use(s, map, "shm", process, a->shm->text, SLOT_SHM, &a->shm_slot))
				return -EINVAL;
		}
		return resolve_invoke(s, st, map, st->kind);
	}
	if (!strcmp(name, "shm-register")) {
		a->slot = slot_new(s, process, a->as, SLOT_SHM);
		return slot_use(s, map, "on", process, a->on, SLOT_CTX, &a->on_slot);
	}
	if (!strcmp(name, "supp-recv")) {
		a->slot = slot_new(s, process, a->as, SLOT_REQUEST);
		return slot_use(s, map, "on", process, a->on, SLOT_CTX, &a->on_slot);
	}
	if (!strcmp(name, "supp-send"))
		return slot_use(s, map, "to", process, a->on, SLOT_REQUEST, &a->slot);
	if (!strcmp(name, "supplicant"))
		return slot_use(s, map, "on", process, a->on, SLOT_CTX, &a->on_slot);
	if (!strcmp(name, "close-session") || !strcmp(name, "cancel"))
		return slot_use(s, map, "on", process, a->on, SLOT_SESSION, &a->on_slot);
	if (!strcmp(name, "write") || !strcmp(name, "read") || !strcmp(name, "munmap") ||
	    !strcmp(name, "mmap"))
		return slot_use(s, map, "on", process, a->on, SLOT_SHM, &a->on_slot);
	if (!strcmp(name, "smc") && a->save)
		a->slot = slot_new(s, process, a->save, SLOT_REG);
	if (!strcmp(name, "smc") && a->on)
		return slot_use(s, map, "w1", process, a->on, SLOT_REG, &a->on_slot);
	if (!strcmp(name, "migrate") || !strcmp(name, "set-affinity")) {
		const struct scn_task *t = a->task >= 0 ? &s->task[a->task] : NULL;

		if (t && !strcmp(name, "migrate") && t->affinity && !(t->affinity >> a->to_pe & 1))
			return DIAG_NODE(s->d, ynode_get(map, "to"),
					 "PE %d is outside the affinity of task '%s'", a->to_pe,
					 t->name);
	}
	return 0;
}

/* A step is a one-key map {invoke: {...}}, or a bare word for a step without keys. */
static int read_step(struct scn *s, int process, const struct ynode *n, struct scn_step *st)
{
	size_t count;
	const struct step_kind *kinds = step_kinds(&count);
	const struct ynode *word, *map;
	static const struct ynode empty = {.type = YNODE_MAP};
	struct ynode at;

	if (n->type == YNODE_SCALAR) {
		word = n;
		at = empty;
		at.file = n->file;
		at.line = n->line;
		at.column = n->column;
		map = pool_alloc(&s->pool, sizeof(at));
		memcpy((void *)map, &at, sizeof(at));
	} else if (n->type == YNODE_MAP && n->count == 1) {
		word = n->key[0];
		map = n->item[0];
	} else {
		return DIAG_NODE(s->d, n,
				 "a step must be one word with its keys, like invoke: {on: s}");
	}
	st->node = n;
	st->a = (struct step_args){.task = -1, .to_pe = -1, .repeat = 1};
	for (size_t i = 0; i < count; i++) {
		if (strcmp(kinds[i].name, word->text))
			continue;
		st->kind = &kinds[i];
		if (map->type == YNODE_SCALAR && kinds[i].key_count && map->text[0]) {
			/* short form: work: 10ms = work: {for: 10ms} */
			struct ynode *m = pool_alloc(&s->pool, sizeof(*m));
			struct ynode *k = pool_alloc(&s->pool, sizeof(*k));

			*m = *map;
			*k = *map;
			k->text = kinds[i].keys[0].name;
			m->type = YNODE_MAP;
			m->count = 1;
			m->item = pool_alloc(&s->pool, sizeof(*m->item));
			m->key = pool_alloc(&s->pool, sizeof(*m->key));
			m->item[0] = (struct ynode *)map;
			m->key[0] = k;
			map = m;
		} else if (map->type == YNODE_SCALAR && !map->text[0]) {
			struct ynode *m = pool_alloc(&s->pool, sizeof(*m));

			*m = *map;
			m->type = YNODE_MAP;
			map = m;
		}
		if (vmap_parse(s, map, kinds[i].keys, kinds[i].key_count, &st->a,
			       strcmp(kinds[i].name, "invoke") ? NULL : invoke_other, NULL))
			return -EINVAL;
		return resolve_step(s, st, map, process);
	}
	{
		const char *words[64];

		for (size_t i = 0; i < count && i < 64; i++)
			words[i] = kinds[i].name;
		return DIAG_NODE(s->d, word, "unknown step '%s' (did you mean '%s'?)", word->text,
				 word_nearest(word->text, words, count));
	}
}

int scn_read_steps(struct scn *s, struct scn_task *t, int task_index, const struct ynode *list)
{
	int process = t->leader >= 0 ? t->leader : task_index;

	t->step = pool_alloc(&s->pool, (list->count + 1) * sizeof(*t->step));
	for (size_t i = 0; i < list->count; i++) {
		if (read_step(s, process, list->item[i], &t->step[i]))
			return -EINVAL;
		t->step_count++;
	}
	return 0;
}
