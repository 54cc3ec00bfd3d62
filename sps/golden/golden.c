/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * golden: the test SP of the recordings (golden.md section 0), command for command. w3 low half is
 * the opcode; with interface id ff in w3 the TS RPC management calls are answered. A reply carries
 * w4 = 0, w5 = verdict or x0 of the SVC, w6 = its x2, w7 = its x1.
 * The recordings name some commands without their registers; here they are: opcode 14 = w6 times
 * FFA_ID_GET; 2 spins w6 million turns first; 7 with w7 != 0 sends opcode w7 instead of a spin.
 * Unlisted opcodes answer verdict -1.
 * Option turn_ns: cost of one turn of the spin loop, decimals allowed (default 2.5).
 */
#include "libsp.h"

#define MILLION 1000000
#define INTERFACE_MANAGEMENT 0xff
#define VERDICT_UNKNOWN 0xffffffff

enum golden_op {
	G_ECHO = 0,
	G_SPIN = 1,
	G_UNDEF = 2,
	G_ERROR = 3,
	G_MSG_WAIT = 4,
	G_RETRIEVE_SPIN = 5,
	G_PATTERN = 6,
	G_CALL = 7,
	G_SVC = 8,
	G_RETRIEVE = 9,
	G_RELINQUISH = 10,
	G_STATE_SVC = 13,
	G_ID_GETS = 14,
	G_CNTVCT = 15,
	G_CNTPCT = 16,
	G_PATTERN_BROKEN = 19,
	G_SVC_UNDEF = 20,
	G_STATE_CALL = 21,
};

struct golden {
	struct libsp l;
	uint64_t million_turns_ns;
	struct smc_regs msg;
};

struct reply {
	uint32_t w[8]; /* w4..w7 used */
	bool taken;    /* the message in golden.msg is a new one: no reply */
};

static void from_svc(struct reply *reply, const struct smc_regs *r)
{
	reply->w[5] = r->x[0];
	reply->w[6] = r->x[2];
	reply->w[7] = r->x[1];
}

static void spin(struct golden *g, uint32_t million)
{
	if (million)
		ffasim_sp_work_ns(g->l.sp, g->million_turns_ns * million);
}

static void crash(struct golden *g, enum ffasim_sp_fault fault)
{
	for (;;)
		ffasim_sp_crash(g->l.sp, fault, 0);
}

/* Fill of one SP: q0 of 8003 holds 3300000000007000 as recorded; each register differs. */
static void fill(struct golden *g, struct pe_regs *p)
{
	const uint64_t tag = (uint64_t)(uint8_t)(0x11 * g->l.id) << 56;

	*p = (struct pe_regs){.tpidr_el0 = tag | 0x8000, .nzcv = 0xf0000000};
	for (unsigned i = 0; i < 31; i++)
		p->x[i] = tag | (0x1000 + i);
	for (unsigned i = 0; i < 32; i++) {
		p->v[i][0] = tag | (0x7000 + 2 * i);
		p->v[i][1] = tag | (0x7001 + 2 * i);
	}
}

/* Verdict: number of x1..x30 that differ, + 0x100 a q half, + 0x10000 for TPIDR_EL0. */
static uint32_t compare(struct golden *g, const struct pe_regs *p)
{
	const struct pe_regs *now = ffasim_sp_regs(g->l.sp);
	uint32_t verdict = 0;

	for (unsigned i = 1; i < 31; i++)
		verdict += now->x[i] != p->x[i];
	for (unsigned i = 0; i < 64; i++)
		verdict += (now->v[i / 2][i % 2] != p->v[i / 2][i % 2]) << 8;
	return verdict + ((now->tpidr_el0 != p->tpidr_el0) << 16);
}

static uint32_t pattern(struct golden *g, uint32_t million, bool broken)
{
	struct pe_regs p;

	fill(g, &p);
	*ffasim_sp_regs(g->l.sp) = p;
	spin(g, million);
	if (broken) {
		ffasim_sp_regs(g->l.sp)->x[5] ^= 1;
		ffasim_sp_regs(g->l.sp)->v[7][1] ^= 1;
	}
	return compare(g, &p);
}

/* State across one SVC: bit 0 NZCV, 1 x18, 2 x19, 3 TPIDR_EL0, 4 q0, 5 q8, 6 q31 changed; w6 = high
 * and w7 = low half of q0 afterwards. */
static void state(struct golden *g, struct smc_regs *svc, struct reply *reply)
{
	const struct pe_regs *now;
	struct pe_regs p;

	fill(g, &p);
	*ffasim_sp_regs(g->l.sp) = p;
	libsp_call(&g->l, svc);
	now = ffasim_sp_regs(g->l.sp);
	reply->w[5] = (now->nzcv != p.nzcv) << 0 | (now->x[18] != p.x[18]) << 1 |
		      (now->x[19] != p.x[19]) << 2 | (now->tpidr_el0 != p.tpidr_el0) << 3 |
		      (now->v[0][0] != p.v[0][0]) << 4 | (now->v[8][0] != p.v[8][0]) << 5 |
		      (now->v[31][0] != p.v[31][0]) << 6;
	reply->w[6] = now->v[0][0] >> 32;
	reply->w[7] = now->v[0][0];
}

static void send_errors(struct golden *g, uint32_t times, struct reply *reply)
{
	struct smc_regs r = {.x = {FFA_SUCCESS}};

	for (uint32_t i = 0; i < times; i++) {
		r = (struct smc_regs){.x = {FFA_ERROR, 0, (uint32_t)FFA_INVALID_PARAMETERS}};
		libsp_call(&g->l, &r);
		if ((uint32_t)r.x[0] != FFA_ERROR) { /* delivered to somebody else */
			g->msg = r;
			reply->taken = true;
			return;
		}
	}
	from_svc(reply, &r);
}

static int retrieve(struct golden *g, uint64_t handle, uint64_t *va, struct reply *reply)
{
	struct smc_regs r = {.x = {0}};
	uint32_t pages;
	const int code =
		libsp_mem_retrieve(&g->l, (uint32_t)g->msg.x[1] >> 16, handle, va, &pages, &r);

	from_svc(reply, &r);
	return code;
}

static int relinquish(struct golden *g, uint64_t handle, struct reply *reply)
{
	struct smc_regs r = {.x = {0}};
	const int code = libsp_mem_relinquish(&g->l, handle, &r);

	from_svc(reply, &r);
	return code;
}

static void retrieve_spin(struct golden *g, uint64_t handle, uint32_t million, struct reply *reply)
{
	struct reply ignored = {0};
	uint64_t va;
	uint32_t *page;

	if (retrieve(g, handle, &va, reply))
		return;
	page = ffasim_sp_va(g->l.sp, va, sizeof(*page), true);
	if (!page)
		for (;;)
			ffasim_sp_crash(g->l.sp, FFASIM_SP_DATA_ABORT, va);
	*page = g->l.id;
	spin(g, million);
	reply->w[5] = relinquish(g, handle, &ignored) ? ignored.w[6] : 0;
}

static void id_gets(struct golden *g, uint32_t times, struct reply *reply)
{
	uint16_t id;

	for (uint32_t i = 0; i < times; i++) {
		libsp_id_get(&g->l, &id);
		reply->w[5] += id != g->l.id;
	}
}

static void command(struct golden *g, const uint32_t w[8], struct reply *reply)
{
	const uint64_t handle = w[4] | (uint64_t)w[5] << 32;
	struct smc_regs r;
	uint64_t va;

	switch ((uint16_t)w[3]) {
	case G_ECHO:
		reply->w[6] = w[6];
		reply->w[7] = w[7];
		break;
	case G_SPIN:
		spin(g, w[6]);
		break;
	case G_UNDEF:
		spin(g, w[6]);
		crash(g, FFASIM_SP_UNDEF);
		break;
	case G_ERROR:
		send_errors(g, w[6], reply);
		break;
	case G_MSG_WAIT:
		libsp_msg_wait(&g->l, &g->msg);
		reply->taken = true;
		break;
	case G_RETRIEVE_SPIN:
		retrieve_spin(g, handle, w[6], reply);
		break;
	case G_PATTERN:
	case G_PATTERN_BROKEN:
		reply->w[5] = pattern(g, w[6], (uint16_t)w[3] == G_PATTERN_BROKEN);
		break;
	case G_CALL:
		libsp_direct_req(&g->l, w[6] >> 16,
				 (const uint32_t[5]){w[7] ? w[7] : G_SPIN, UINT32_MAX, UINT32_MAX,
						     (uint16_t)w[6]},
				 &r);
		from_svc(reply, &r);
		break;
	case G_SVC:
		r = (struct smc_regs){.x = {w[6], w[7]}};
		libsp_call(&g->l, &r);
		from_svc(reply, &r);
		break;
	case G_RETRIEVE:
		retrieve(g, handle, &va, reply);
		break;
	case G_RELINQUISH:
		relinquish(g, handle, reply);
		break;
	case G_STATE_SVC:
		r = (struct smc_regs){.x = {FFA_ID_GET}};
		state(g, &r, reply);
		break;
	case G_ID_GETS:
		id_gets(g, w[6], reply);
		break;
	case G_CNTVCT:
	case G_CNTPCT:
		crash(g, FFASIM_SP_SYSREG);
		break;
	case G_SVC_UNDEF:
		r = (struct smc_regs){.x = {FFA_ID_GET}};
		libsp_call(&g->l, &r);
		crash(g, FFASIM_SP_UNDEF);
		break;
	case G_STATE_CALL:
		/* The callee fills its own pattern, so it uses every register. */
		r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32,
					    (uint32_t)g->l.id << 16 | (uint16_t)w[6], 0, G_PATTERN,
					    UINT32_MAX, UINT32_MAX}};
		state(g, &r, reply);
		break;
	default:
		reply->w[5] = VERDICT_UNKNOWN;
	}
}

/* The recorded SP answers the session query for any UUID with interface 0. */
static void management(struct golden *g, const uint32_t w[8], struct reply *reply)
{
	const uint64_t handle = w[4] | (uint64_t)w[5] << 32;
	struct reply ignored = {0};
	uint64_t va;

	switch ((uint16_t)w[3]) {
	case 0:
		reply->w[4] = 1;
		break;
	case 1:
		reply->w[4] = retrieve(g, handle, &va, &ignored) ? -5 : 0;
		break;
	case 2:
		reply->w[4] = relinquish(g, handle, &ignored) ? -5 : 0;
		break;
	case 3:
		break;
	default:
		reply->w[4] = -2;
	}
}

static void serve(struct golden *g)
{
	struct reply reply = {0};
	uint32_t w[8];

	for (unsigned i = 0; i < 8; i++)
		w[i] = g->msg.x[i];
	if ((uint8_t)(w[3] >> 16) == INTERFACE_MANAGEMENT)
		management(g, w, &reply);
	else
		command(g, w, &reply);
	if (reply.taken)
		return;
	g->msg = (struct smc_regs){.x = {FFA_DIRECT_RESP_32, w[1] << 16 | w[1] >> 16, 0, w[3],
					 reply.w[4], reply.w[5], reply.w[6], reply.w[7]}};
	ffasim_sp_svc(g->l.sp, &g->msg);
}

/* Not recorded: an extended message comes back with the registers it brought (ffa.md 3.7). */
static void serve_extended(struct golden *g)
{
	const uint32_t w1 = (uint32_t)g->msg.x[1];

	g->msg.x[0] = FFA_DIRECT_RESP2_64;
	g->msg.x[1] = w1 << 16 | w1 >> 16;
	g->msg.x[2] = g->msg.x[3] = 0;
	ffasim_sp_svc(g->l.sp, &g->msg);
}

/* "2.5" -> ns of a million turns. */
static uint64_t million_turns_ns(const char *text)
{
	uint64_t value = 0, unit = MILLION;

	if (!text)
		return 2500000;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (*text - '0') * unit;
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9' && unit > 1; text++) {
			unit /= 10;
			value += (*text - '0') * unit;
		}
	return value;
}

static void golden_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct golden *g = ffasim_sp_state(sp);

	g->million_turns_ns = million_turns_ns(ffasim_sp_option(sp, "turn_ns"));
	/* An SP of 1.2 keeps the version of its manifest. */
	if (libsp_boot(&g->l, sp, "GOLDEN") ||
	    (!ffasim_sp_option(sp, "extended") && libsp_version(&g->l)))
		libsp_not_viable(&g->l, "FF-A setup");
	libsp_msg_wait(&g->l, &g->msg);
	for (;;) {
		if ((uint32_t)g->msg.x[0] == FFA_DIRECT_REQ_32)
			serve(g);
		else if ((uint32_t)g->msg.x[0] == FFA_DIRECT_REQ2_64)
			serve_extended(g);
		else
			libsp_msg_wait(&g->l, &g->msg);
	}
}

FFASIM_SP_IMAGE(.name = "golden", .state_bytes = sizeof(struct golden), .main = golden_main);
