/* SPDX-License-Identifier: BSD-3-Clause */
/* See fake_optee.h. Layouts: linux-tee.md 6.1, 6.3; descriptors: 4.5. */
#include "fake_optee.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define OPTEE_ID 0x8001u
#define BIND 0x8400007fu
#define RXTX_MAP 0xc4000066u
#define NOTIFICATION_GET 0x84000082u
#define INFO_GET 0xc4000083u
#define DENIED (-6)
#define ABORTED (-8)

struct fake_optee fo;
static uint64_t tx_pa;

static void *at(uint64_t pa, size_t bytes)
{
	return physmem_at(&tw.w.m->mem, pa_of(pa), bytes);
}

static void error(struct smc_regs *r, int code)
{
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_ERROR;
	r->x[2] = (uint32_t)code;
}

static void answer(struct smc_regs *r, uint32_t w3, uint32_t w4, uint32_t w5, uint32_t w7)
{
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_DIRECT_RESP;
	r->x[1] = (uint64_t)OPTEE_ID << 16;
	r->x[3] = w3;
	r->x[4] = w4;
	r->x[5] = w5;
	r->x[7] = w7;
}

/* --- memory -------------------------------------------------------------------------------------
 */
static void mem_share(struct smc_regs *r)
{
	const uint8_t *tx = at(tx_pa, 4096);
	const uint32_t composite = *(const uint32_t *)(tx + 48 + 4);
	unsigned i = 0;

	while (fo.share[i].live)
		i++;
	fo.share[i] = (struct fake_share){.live = true,
					  .pages = *(const uint32_t *)(tx + composite),
					  .pa = *(const uint64_t *)(tx + composite + 16)};
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_SUCCESS;
	r->x[2] = i;
	r->x[3] = FAKE_HANDLE >> 32;
}

static void mem_reclaim(struct smc_regs *r)
{
	const uint32_t i = (uint32_t)r->x[1];
	const bool known = i < FAKE_SHARES && fo.share[i].live;

	/* Memory that was used and not unregistered is not given back (optee.md 3.8). */
	if (!known || fo.share[i].registered) {
		error(r, DENIED);
		return;
	}
	fo.share[i].live = false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_SUCCESS;
}

unsigned fake_live_shares(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < FAKE_SHARES; i++)
		n += fo.share[i].live;
	return n;
}

void *fake_memory(uint64_t handle)
{
	const uint64_t i = handle - FAKE_HANDLE;

	if (i >= FAKE_SHARES || !fo.share[i].live)
		return NULL;
	fo.share[i].registered = true;
	return at(fo.share[i].pa, fo.share[i].pages * 4096ull);
}

/* --- yielding calls -----------------------------------------------------------------------------
 */
void fake_rpc(struct fake_thread *t, uint32_t cmd, unsigned count, const struct optee_msg_param *p)
{
	memset(t->rpc, 0, sizeof(*t->rpc));
	t->rpc->cmd = cmd;
	t->rpc->ret = TEE_ERROR_GENERIC;
	t->rpc->num_params = count;
	if (count)
		memcpy(t->rpc->param, p, count * sizeof(*p));
}

/* The list of TAs, asked for with one memory parameter: first its size, then the UUIDs. */
static enum fake_turn default_call(struct fake_thread *t)
{
	struct optee_msg_param *p = &t->msg->param[0];
	const uint64_t bytes = fo.listed_tas * 16ull;
	uint8_t *to;

	if (t->msg->cmd != OPTEE_MSG_INVOKE || t->msg->func || t->msg->num_params != 1 ||
	    p->attr != OPTEE_ATTR_FMEM_OUT)
		return FAKE_DONE;
	to = p->c == OPTEE_FMEM_INVALID ? NULL : fake_memory(p->c);
	if (!to || p->b < bytes)
		t->msg->ret = TEE_ERROR_SHORT_BUFFER;
	for (unsigned i = 0; to && i < fo.listed_tas; i++)
		memset(to + 16 * i, 0x11 + (int)i, 16);
	p->b = bytes;
	return FAKE_DONE;
}

static void turn(struct smc_regs *r, unsigned id)
{
	struct fake_thread *t = &fo.thread[id];
	enum fake_turn what;

	t->msg->ret = TEE_SUCCESS;
	what = (fo.call ? fo.call : default_call)(t);
	t->turn++;
	if (what == FAKE_DONE)
		t->busy = false;
	answer(r, 0, what, 0, what == FAKE_DONE ? 0 : id);
}

static void call(struct smc_regs *r)
{
	const uint64_t handle = (uint32_t)r->x[4] | r->x[5] << 32;
	uint8_t *memory = fake_memory(handle);
	unsigned id = 0;
	struct fake_thread *t;

	while (id < fo.threads && fo.thread[id].busy)
		id++;
	if (id == fo.threads) {
		fo.refused++;
		answer(r, TEE_ERROR_BUSY, 0, 0, 0);
		return;
	}
	if (!memory) {
		answer(r, TEE_ERROR_BAD_PARAMETERS, 0, 0, 0);
		return;
	}
	t = &fo.thread[id];
	*t = (struct fake_thread){.busy = true, .msg = (void *)(memory + (uint32_t)r->x[6])};
	t->rpc = (void *)&t->msg->param[t->msg->num_params];
	if (r->x[6] > fo.max_offset)
		fo.max_offset = (unsigned)r->x[6];
	if (t->msg->cmd == OPTEE_MSG_INVOKE && fo.order_count < 64)
		fo.order[fo.order_count++] = t->msg->func;
	if (t->msg->cmd == OPTEE_MSG_OPEN)
		t->msg->session = ++fo.next_session;
	fo.calls++;
	fo.closes += t->msg->cmd == OPTEE_MSG_CLOSE;
	fo.bottom_halves += t->msg->cmd == OPTEE_MSG_DO_BOTTOM_HALF;
	turn(r, id);
}

static void resume(struct smc_regs *r)
{
	const uint64_t id = (uint32_t)r->x[7];

	fo.resumes++;
	if (fo.busy_resume) {
		fo.busy_resume = false;
		answer(r, TEE_ERROR_BUSY, 0, 0, 0);
		return;
	}
	if (id >= fo.threads || !fo.thread[id].busy || r->x[4] || r->x[5] || r->x[6]) {
		answer(r, TEE_ERROR_BAD_PARAMETERS, 0, 0, 0);
		return;
	}
	turn(r, (unsigned)id);
}

static void direct_req(struct smc_regs *r)
{
	const uint64_t i = (uint32_t)r->x[4];

	if (fo.ffa_error_once && r->x[3] & OPTEE_YIELDING) {
		fo.ffa_error_once = false;
		error(r, ABORTED);
		return;
	}
	switch ((uint32_t)r->x[3]) {
	case OPTEE_GET_API_VERSION:
		answer(r, fo.api_major, 0, 0, 0);
		return;
	case OPTEE_GET_OS_VERSION:
		if (fo.os_version_fails)
			error(r, ABORTED);
		else
			answer(r, 4, 10, 0, 0);
		return;
	case OPTEE_EXCHANGE_CAPABILITIES:
		answer(r, fo.caps_error, fo.rpc_params, fo.caps, 0);
		return;
	case OPTEE_UNREGISTER_SHM:
		if (fo.unregister_fails) {
			error(r, ABORTED);
			return;
		}
		fo.unregistered++;
		if (i < FAKE_SHARES)
			fo.share[i].registered = false;
		answer(r, 0, 0, 0, 0);
		return;
	case OPTEE_ENABLE_ASYNC_NOTIF:
		answer(r, fo.enable_result, 0, 0, 0);
		return;
	case OPTEE_CALL_WITH_ARG:
		call(r);
		return;
	case OPTEE_RESUME:
		resume(r);
		return;
	default:
		answer(r, TEE_ERROR_BAD_PARAMETERS, 0, 0, 0);
	}
}

static bool script(struct smc_regs *r)
{
	switch ((uint32_t)r->x[0]) {
	case RXTX_MAP:
		tx_pa = r->x[1];
		return false;
	case FFA_MEM_SHARE:
		mem_share(r);
		return true;
	case FFA_MEM_RECLAIM:
		mem_reclaim(r);
		return true;
	case INFO_GET:
		if (!fo.notifications)
			return false;
		memset(r, 0, sizeof(*r));
		r->x[0] = FFA_SUCCESS | 0x40000000u;
		r->x[2] = 0x80; /* one list of one id: the Normal world */
		return true;
	case NOTIFICATION_GET:
		memset(r, 0, sizeof(*r));
		r->x[0] = FFA_SUCCESS;
		r->x[2] = fo.notifications;
		fo.notifications = 0;
		return true;
	case BIND:
		if (!fo.bind_denials)
			return false;
		fo.bind_denials--;
		error(r, DENIED);
		return true;
	case FFA_DIRECT_REQ:
		if ((uint16_t)r->x[1] != OPTEE_ID)
			return false;
		direct_req(r);
		return true;
	default:
		return false;
	}
}

void fake_optee_init(void)
{
	tee_world_init("echo");
	tw.cfg.optee = true;
	tw.script = script;
	fo = (struct fake_optee){.api_major = 1,
				 .caps = OPTEE_CAP_ARG_OFFSET | OPTEE_CAP_ASYNC_NOTIF,
				 .rpc_params = 4,
				 .threads = 2,
				 .listed_tas = 2};
}

/* --- the client ---------------------------------------------------------------------------------
 */
void gp_begin(struct gp *c)
{
	*c = (struct gp){.fd = (int)ksys_open("/dev/tee0", 2)};
	tee_world_check(c->fd >= 0, __LINE__, "open /dev/tee0", c->fd, 0);
}

int gp_session(struct gp *c, uint32_t login, unsigned params, uint32_t *session, uint32_t *ret)
{
	struct gp_call call = {.login = login, .param_count = params};
	int err = gp_open_session(c->fd, &c->args, &call);

	if (session)
		*session = call.session;
	if (ret)
		*ret = call.ret;
	return err;
}

int gp_call(struct gp *c, uint32_t session, uint32_t func, unsigned params, uint32_t *ret,
	    uint32_t *origin)
{
	struct gp_call call = {.session = session, .func = func, .param_count = params};
	int err = gp_invoke(c->fd, &c->args, &call);

	if (ret)
		*ret = call.ret;
	if (origin)
		*origin = call.origin;
	return err;
}

static void invoke_own(void *arg)
{
	uint32_t session;
	struct gp mine;

	gp_begin(&mine);
	CHECK_EQ(gp_session(&mine, 0, 0, &session, NULL), 0);
	CHECK_EQ(gp_call(&mine, session, (uint32_t)(uintptr_t)arg, 0, NULL, NULL), 0);
	ksys_close(mine.fd);
}

struct task_struct *gp_start(uint32_t func)
{
	struct task_struct *t =
		ktask_create_user(tw.w.k, "caller", invoke_own, (void *)(uintptr_t)func, NULL);

	kuser_sleep_ns(1000000);
	return t;
}

/* --- the supplicant -----------------------------------------------------------------------------
 */
int sup_open(struct gp *g)
{
	*g = (struct gp){.fd = (int)ksys_open("/dev/teepriv0", 2)};
	return g->fd < 0 ? g->fd : 0;
}

int recv_room(struct gp *g, struct gp_request *r, uint32_t room, uint64_t first_attr)
{
	*r = (struct gp_request){.param_count = room};
	r->param[0].attr = first_attr;
	return gp_supp_recv(g->fd, &g->args, r);
}

int send_ret(struct gp *g, struct gp_request *r, uint32_t result)
{
	r->ret = result;
	return gp_supp_send(g->fd, &g->args, r);
}
