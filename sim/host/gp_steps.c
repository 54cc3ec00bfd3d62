/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client of the Trusted OS: sessions with its TAs, calls with values and memory, cancelling; and
 * the supplicant, which a scenario makes behave, or not, one ioctl a step.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host/gp_steps.h"
#include "host/run.h"
#include "linux/kernel_internal.h"
#include "ffa/optee_msg.h"
#include "optee/tas.h"

/* --- reading ------------------------------------------------------------------------------------
 */

/* Parameters of a call: what is known before it runs. */
struct scn_gp_param {
	struct gp_param p;
	int shm; /* slot of the memory, -1 = none */
	bool whole;
};
struct scn_gp {
	unsigned count;
	struct scn_gp_param param[GP_PARAMS_MAX];
	uint8_t uuid[16], client[16];
	uint32_t login;
};

static const struct {
	const char *name;
	unsigned attr;
} param_words[] = {
	{"none", GP_NONE},
	{"in", GP_VALUE_IN},
	{"out", GP_VALUE_OUT},
	{"inout", GP_VALUE_INOUT},
	{"memory-in", GP_MEM_IN},
	{"memory-out", GP_MEM_OUT},
	{"memory-inout", GP_MEM_INOUT},
};
#define PARAM_WORDS (sizeof(param_words) / sizeof(param_words[0]))

static int param_kind(struct scn *s, const struct ynode *word, uint64_t *attr)
{
	const char *names[PARAM_WORDS];

	for (size_t i = 0; i < PARAM_WORDS; i++) {
		names[i] = param_words[i].name;
		if (word->type == YNODE_SCALAR && !strcmp(names[i], word->text)) {
			*attr = param_words[i].attr;
			return 0;
		}
	}
	if (word->type != YNODE_SCALAR)
		return DIAG_NODE(s->d, word, "a parameter must be a word or a map like {in: 5}");
	return DIAG_NODE(s->d, word, "unknown parameter '%s' (did you mean '%s'?)", word->text,
			 word_nearest(word->text, names, PARAM_WORDS));
}

/* A number, or a time as nanoseconds. */
static bool number(const struct ynode *n, uint64_t *out)
{
	return n->type == YNODE_SCALAR && (word_u64(n->text, out) || word_time(n->text, out));
}

static int read_value_param(struct scn *s, const struct ynode *v, struct gp_param *p)
{
	uint64_t *const words[] = {&p->a, &p->b, &p->c};

	if (number(v, &p->a))
		return 0;
	if (v->type != YNODE_SEQ || v->count < 1 || v->count > 3)
		return DIAG_NODE(s->d, v, "a value must be a number or a list of 1 to 3");
	for (size_t i = 0; i < v->count; i++)
		if (!number(v->item[i], words[i]))
			return DIAG_NODE(s->d, v->item[i], "a value must be a number or a time");
	return 0;
}

static int read_memory_param(struct scn *s, const struct ynode *map, int process,
			     struct scn_gp_param *to)
{
	const struct ynode *name = map->item[0], *offset = ynode_get(map, "offset"),
			   *bytes = ynode_get(map, "bytes");
	static const char *const words[] = {"offset", "bytes"};

	to->whole = !bytes;
	to->p.c = GP_MEM_NULL;
	for (size_t i = 1; i < map->count; i++)
		if (map->item[i] != offset && map->item[i] != bytes)
			return vkey_unknown(s, map->key[i], NULL, 0, words, 2);
	if (offset && (offset->type != YNODE_SCALAR || !word_bytes(offset->text, &to->p.a)))
		return DIAG_NODE(s->d, offset, "'offset' must be a size");
	if (bytes && (bytes->type != YNODE_SCALAR || !word_bytes(bytes->text, &to->p.b)))
		return DIAG_NODE(s->d, bytes, "'bytes' must be a size");
	if (name->type != YNODE_SCALAR)
		return DIAG_NODE(s->d, name, "memory must be a name, or none");
	if (!strcmp(name->text, "none"))
		return 0;
	return scn_slot_use(s, name, process, name->text, SLOT_SHM, &to->shm);
}

static int read_param(struct scn *s, const struct ynode *n, int process, struct scn_gp_param *to)
{
	const bool map = n->type == YNODE_MAP && n->count;

	*to = (struct scn_gp_param){.shm = -1};
	if (param_kind(s, map ? n->key[0] : n, &to->p.attr))
		return -EINVAL;
	if (!map) {
		if (to->p.attr > GP_VALUE_INOUT)
			return DIAG_NODE(s->d, n, "'%s' needs a memory, like {%s: m}", n->text,
					 n->text);
		return 0;
	}
	if (to->p.attr >= GP_MEM_IN)
		return read_memory_param(s, n, process, to);
	if (n->count > 1)
		return vkey_unknown(s, n->key[1], NULL, 0, NULL, 0);
	return read_value_param(s, n->item[0], &to->p);
}

static int read_params(struct scn *s, const struct ynode *list, int process, struct scn_gp *gp)
{
	if (!list)
		return 0;
	if (list->type != YNODE_SEQ || list->count > GP_PARAMS_MAX)
		return DIAG_NODE(s->d, list, "'params' must be a list of at most %d parameters",
				 GP_PARAMS_MAX);
	for (size_t i = 0; i < list->count; i++)
		if (read_param(s, list->item[i], process, &gp->param[gp->count++]))
			return -EINVAL;
	return 0;
}

/* The name of a pseudo TA, or any UUID in its text form. */
static int read_ta(struct scn *s, const struct ynode *n, uint8_t uuid[16])
{
	const char *names[64], *t = n->text;
	uint64_t words[2];
	size_t count = 0;
	int at = 0;

	if (optee_ta_uuid(t, words)) {
		memcpy(uuid, words, 16);
		return 0;
	}
	while (strlen(n->text) == 36 && at < 16) {
		unsigned byte;
		int used = 0;

		t += *t == '-';
		if (sscanf(t, "%2x%n", &byte, &used) != 1 || used != 2)
			break;
		uuid[at++] = (uint8_t)byte;
		t += 2;
	}
	if (at == 16 && !*t)
		return 0;
	while (count < 64 && optee_ta_name(count)) {
		names[count] = optee_ta_name(count);
		count++;
	}
	return DIAG_NODE(s->d, n, "unknown TA '%s' (did you mean '%s'?)", n->text,
			 word_nearest(n->text, names, count));
}

static int read_login(struct scn *s, const struct ynode *n, struct scn_gp *gp)
{
	static const char *const words[] = {"public",	   "user",   "group",
					    "application", "kernel", NULL};
	static const uint32_t values[] = {0, 1, 2, 4, 0x80000000};
	unsigned i;

	if (!n)
		return 0;
	if (scn_read_word(s, n, "login", words, &i))
		return -EINVAL;
	gp->login = values[i];
	return 0;
}

int gp_read_session(struct scn *s, struct scn_step *st, const struct ynode *map, int process)
{
	struct scn_gp *gp = pool_alloc(&s->pool, sizeof(*gp));
	const struct ynode *gid = ynode_get(map, "gid");
	uint64_t v;

	st->a.gp = gp;
	if (read_ta(s, ynode_get(map, "ta"), gp->uuid) ||
	    read_login(s, ynode_get(map, "login"), gp) ||
	    read_params(s, ynode_get(map, "params"), process, gp))
		return -EINVAL;
	if (gid) {
		if (gid->type != YNODE_SCALAR || !word_u64(gid->text, &v) || v > UINT32_MAX)
			return DIAG_NODE(s->d, gid, "'gid' must be a number");
		memcpy(gp->client, &(uint32_t){(uint32_t)v}, 4);
	}
	return 0;
}

int gp_read_invoke(struct scn *s, struct scn_step *st, const struct ynode *map, int process)
{
	struct scn_gp *gp = pool_alloc(&s->pool, sizeof(*gp));
	const struct ynode *opcode = ynode_get(map, "opcode");
	static const char *const foreign[] = {"shm", "length", "data"};
	uint64_t v;

	st->a.gp = gp;
	if (!word_u64(st->a.opcode, &v) || v > UINT32_MAX)
		return DIAG_NODE(s->d, opcode, "'opcode' of a TA must be a number, not '%s'",
				 st->a.opcode);
	st->a.opcode_number = (int32_t)v;
	for (size_t i = 0; i < 3; i++)
		if (ynode_get(map, foreign[i]))
			return DIAG_NODE(s->d, ynode_get(map, foreign[i]),
					 "'%s' is for services; a TA has 'params'", foreign[i]);
	if (ynode_get(map, "params"))
		return read_params(s, ynode_get(map, "params"), process, gp);
	return 0;
}

/* --- running ------------------------------------------------------------------------------------
 */

static struct rslot *slot(struct rtask *rt, int index)
{
	return &rt->proc->slot[index];
}

static void note_errno(struct rtask *rt, int err)
{
	rtask_note(rt, "errno", err < 0 ? -err : 0);
}

static void fill_params(struct rtask *rt, const struct scn_gp *gp, struct gp_call *call)
{
	call->param_count = gp->count;
	for (unsigned i = 0; i < gp->count; i++) {
		struct gp_param *p = &call->param[i];

		*p = gp->param[i].p;
		if (gp->param[i].shm < 0)
			continue;
		p->c = (uint64_t)(uint32_t)slot(rt, gp->param[i].shm)->shm.id;
		if (gp->param[i].whole)
			p->b = slot(rt, gp->param[i].shm)->shm.bytes - p->a;
	}
}

static void note_call(struct rtask *rt, const struct gp_call *call)
{
	static const char *const names[][3] = {{"a0", "b0", "c0"}, {"a1", "b1", "c1"},
					       {"a2", "b2", "c2"}, {"a3", "b3", "c3"},
					       {"a4", "b4", "c4"}, {"a5", "b5", "c5"}};

	rtask_note(rt, "ret", (int64_t)call->ret);
	rtask_note(rt, "origin", (int64_t)call->origin);
	for (unsigned i = 0; i < call->param_count && i < 6; i++) {
		rtask_note(rt, names[i][0], (int64_t)call->param[i].a);
		rtask_note(rt, names[i][1], (int64_t)call->param[i].b);
		rtask_note(rt, names[i][2], (int64_t)call->param[i].c);
	}
}

void gp_step_session(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	const struct scn_gp *gp = st->a.gp;
	struct gp_call call = {.login = gp->login,
			       .cancel_id = (uint32_t)st->a.cancel_id,
			       .told_bytes = st->a.arg_bytes,
			       .told_params = (uint32_t)st->a.arg_params};
	int err = -EBADF;

	memcpy(call.uuid, gp->uuid, sizeof(call.uuid));
	memcpy(call.client, gp->client, sizeof(call.client));
	fill_params(rt, gp, &call);
	if (dev->open)
		err = gp_open_session(dev->client.fd, &rt->gp_args, &call);
	note_errno(rt, err);
	sl->client_slot = st->a.on_slot;
	sl->open = !err && !call.ret;
	sl->session = call.session;
	if (err)
		return;
	rtask_note(rt, "session", (int64_t)call.session);
	note_call(rt, &call);
}

void gp_step_invoke(struct rtask *rt, const struct scn_step *st)
{
	const struct rslot *se = slot(rt, st->a.on_slot);
	struct gp_call call = {.func = (uint32_t)st->a.opcode_number,
			       .session = se->session,
			       .cancel_id = (uint32_t)st->a.cancel_id,
			       .told_bytes = st->a.arg_bytes,
			       .told_params = (uint32_t)st->a.arg_params};
	int err = -EBADF;

	fill_params(rt, st->a.gp, &call);
	if (slot(rt, se->client_slot)->open)
		err = gp_invoke(slot(rt, se->client_slot)->client.fd, &rt->gp_args, &call);
	note_errno(rt, err);
	if (!err)
		note_call(rt, &call);
}

void gp_step_cancel(struct rtask *rt, const struct scn_step *st)
{
	const struct rslot *se = slot(rt, st->a.on_slot);

	note_errno(rt, slot(rt, se->client_slot)->open
			       ? gp_cancel(slot(rt, se->client_slot)->client.fd, &rt->gp_args,
					   se->session, (uint32_t)st->a.cancel_id)
			       : -EBADF);
}

void gp_step_register(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	/* With an offset the first byte lies inside the first page. */
	const uint64_t room = st->a.offset + st->a.bytes;
	const uint64_t addr = kuser_alloc(room ? room : 1);
	int err = -EBADF;

	if (dev->open && addr)
		err = gp_shm_register(dev->client.fd, &rt->gp_args, addr + st->a.offset,
				      st->a.bytes, &sl->shm.id);
	sl->client_slot = st->a.on_slot;
	sl->open = err >= 0;
	if (sl->open) {
		sl->shm.fd = err;
		sl->shm.bytes = st->a.bytes;
		sl->shm.addr = 0; /* no mapping of its own */
		sl->shm.ptr = kuser_ptr(addr + st->a.offset, st->a.bytes);
		rtask_note(rt, "id", sl->shm.id);
	} else if (addr) {
		kuser_free(addr);
	}
	note_errno(rt, err);
}

/* --- the supplicant -----------------------------------------------------------------------------
 */

#define SUPP_PARAMS 5 /* one META, four of a request */

enum { RPC_SHM_ALLOC = 6, RPC_SHM_FREE = 7 };

static bool prepare_recv(struct gp_request *r, uint64_t room, bool sync)
{
	*r = (struct gp_request){.param_count = room ? (uint32_t)room : SUPP_PARAMS};
	if (r->param_count > GP_PARAMS_MAX)
		return false;
	if (!sync)
		r->param[0].attr = GP_META;
	return true;
}

void gp_step_supp_recv(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	unsigned first = st->a.sync ? 0 : 1;
	struct gp_request r;
	int err;

	err = prepare_recv(&r, st->a.count, st->a.sync) ? 0 : -EINVAL;
	if (!err)
		err = dev->open ? gp_supp_recv(dev->client.fd, &rt->gp_args, &r) : -EBADF;
	note_errno(rt, err);
	if (err)
		return;
	sl->open = true;
	sl->client_slot = st->a.on_slot;
	sl->request = r;
	sl->reg = st->a.sync ? 0 : r.param[0].a;
	rtask_note(rt, "func", (int64_t)r.func);
	rtask_note(rt, "params", (int64_t)r.param_count);
	rtask_note(rt, "id", (int64_t)sl->reg);
	if (first < r.param_count) {
		rtask_note(rt, "a", (int64_t)r.param[first].a);
		rtask_note(rt, "b", (int64_t)r.param[first].b);
		rtask_note(rt, "c", (int64_t)r.param[first].c);
	}
}

void gp_step_supp_send(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.slot), *dev = slot(rt, sl->client_slot);
	struct gp_request r = sl->request;
	const struct ynode *map = st->node->item[0];
	unsigned first;

	if (!sl->open || !dev->open) {
		note_errno(rt, -EBADF);
		return;
	}
	first = r.param_count && r.param[0].attr & GP_META ? 1 : 0;
	r.ret = (uint32_t)st->a.ret;
	if (first && ynode_get(map, "id"))
		r.param[0].a = st->a.session_number;
	if (first < r.param_count) {
		if (ynode_get(map, "a"))
			r.param[first].a = st->a.value[0];
		if (ynode_get(map, "b"))
			r.param[first].b = st->a.value[1];
		if (ynode_get(map, "c"))
			r.param[first].c = st->a.value[2];
	}
	if (ynode_get(map, "params"))
		r.param_count = (uint32_t)st->a.count <= GP_PARAMS_MAX ? (uint32_t)st->a.count
								       : GP_PARAMS_MAX;
	note_errno(rt, gp_supp_send(dev->client.fd, &rt->gp_args, &r));
}

/* What a well-behaved one does: memory from the device it is open on, success for the rest. */
static uint32_t serve(struct rslot *dev, struct gp_request *r, struct ffasim_shm *held,
		      unsigned held_room)
{
	struct gp_param *p = &r->param[1];
	unsigned i = 0;

	if (r->func == RPC_SHM_ALLOC && r->param_count > 1) {
		while (i < held_room && held[i].id)
			i++;
		if (i == held_room || ffasim_client_shm_alloc(&dev->client, p->b, &held[i]))
			return TEE_ERROR_OUT_OF_MEMORY;
		p->c = (uint64_t)(uint32_t)held[i].id;
	} else if (r->func == RPC_SHM_FREE && r->param_count > 1) {
		while (i < held_room && held[i].id != (int)p->b)
			i++;
		if (i == held_room)
			return TEE_ERROR_ITEM_NOT_FOUND;
		ffasim_shm_unmap(&held[i]);
		ffasim_shm_close_fd(&held[i]);
		held[i] = (struct ffasim_shm){0};
	}
	return TEE_SUCCESS;
}

#define SUPP_HELD 16

void gp_step_supplicant(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot);
	struct ffasim_shm held[SUPP_HELD] = {{0}};
	struct gp_request r;
	int64_t served = 0;
	int err = dev->open ? 0 : -EBADF;

	while (!err && (!st->a.count || (uint64_t)served < st->a.count)) {
		prepare_recv(&r, 0, false);
		err = gp_supp_recv(dev->client.fd, &rt->gp_args, &r);
		if (err)
			break;
		if (st->a.time_ns)
			kuser_work_ns(st->a.time_ns);
		r.ret = serve(dev, &r, held, SUPP_HELD);
		err = gp_supp_send(dev->client.fd, &rt->gp_args, &r);
		/* A client that died meanwhile is not the supplicant's fault. */
		if (err == -EBADF)
			err = 0;
		served++;
	}
	note_errno(rt, err);
	rtask_note(rt, "served", served);
}
