/* SPDX-License-Identifier: BSD-3-Clause */
/* The scripted SP of harness.h: boots as its struct hsp says, then does what requests ask of it. */
#include "harness_internal.h"

#include <stdlib.h>
#include <string.h>

static void leave(struct tsp *sp, enum ec_exit_kind kind)
{
	sp->out->kind = kind;
	pe_switch(sp->caller, sp->caller_who);
}

static void tsp_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit)
{
	struct tsp *sp = (struct tsp *)ec;

	sp->in = regs;
	sp->out = exit;
	sp->caller = pe_self()->fiber;
	sp->caller_who = pe_self()->who;
	pe_switch(sp->fiber, ec->who);
}

static void tsp_interrupted(struct ec *ec)
{
	leave((struct tsp *)ec, EC_EXIT_INTERRUPT);
}

static void tsp_destroy(struct ec *ec)
{
	struct tsp *sp = (struct tsp *)ec;

	fiber_destroy(sp->fiber);
	free(sp);
}

static const struct ec_ops tsp_ops = {.name = "scripted",
				      .enter = tsp_enter,
				      .interrupted = tsp_interrupted,
				      .destroy = tsp_destroy};

static void svc(struct tsp *sp, struct smc_regs *r)
{
	sp->out->regs = *r;
	leave(sp, EC_EXIT_SVC);
	*r = *sp->in;
	sp->instructions++;
	pe_point();
}

static struct smc_regs svc8(struct tsp *sp, uint64_t fid, uint64_t a1, uint64_t a2, uint64_t a3)
{
	struct smc_regs r = {.x = {fid, a1, a2, a3}};

	svc(sp, &r);
	return r;
}

/* Returns only when the dead SP is entered again: at its last SVC, as real code would. */
static void crash(struct tsp *sp)
{
	sp->out->fault = FFASIM_SP_UNDEF;
	sp->out->fault_addr = 0x1000;
	for (;;)
		leave(sp, EC_EXIT_FAULT);
}

static void spin_us(uint64_t us)
{
	if (us)
		pe_charge(us * 1000);
}

static unsigned pattern(uint64_t us)
{
	struct pe_regs want = {0};
	unsigned bad = 0;
	struct pe_regs *regs = &pe_self()->regs;

	for (unsigned i = 0; i < 31; i++)
		regs->x[i] = want.x[i] = 0x1111000000000000ull + i;
	for (unsigned i = 0; i < 32; i++)
		regs->v[i][0] = regs->v[i][1] = want.v[i][0] = 0x2222000000000000ull + i;
	regs->tpidr_el0 = 0x3333;
	regs->nzcv = 0xf0000000;
	spin_us(us);
	regs = &pe_self()->regs;
	for (unsigned i = 0; i < 31; i++)
		bad += regs->x[i] != want.x[i];
	for (unsigned i = 0; i < 32; i++)
		bad += regs->v[i][0] != want.v[i][0] || regs->v[i][1] != want.v[i][0];
	return bad + (regs->tpidr_el0 != 0x3333) + (regs->nzcv != 0xf0000000);
}

static unsigned state_across(struct tsp *sp, uint16_t callee)
{
	struct pe_regs *regs = &pe_self()->regs;
	struct smc_regs r = {.x = {FFA_ID_GET}};
	unsigned kept;

	if (callee)
		r = (struct smc_regs){
			.x = {FFA_DIRECT_REQ, (uint64_t)sp->id << 16 | callee, 0, OP_PATTERN}};
	regs->nzcv = 0xf0000000;
	regs->x[18] = regs->x[19] = 0x77;
	regs->tpidr_el0 = 0x88;
	regs->v[0][0] = 0x99;
	svc(sp, &r);
	regs = &pe_self()->regs;
	kept = regs->nzcv == 0xf0000000 ? STATE_NZCV : 0;
	kept |= regs->x[18] == 0x77 ? STATE_X18 : 0;
	kept |= regs->x[19] == 0x77 ? STATE_X19 : 0;
	kept |= regs->tpidr_el0 == 0x88 ? STATE_TPIDR : 0;
	kept |= regs->v[0][0] == 0x99 ? STATE_Q0 : 0;
	return kept;
}

static void *va(struct tsp *sp, uint64_t addr, size_t len)
{
	void *p = ec_va(&sp->ec, addr, len, EC_MAP_R);

	CHECK(p);
	return p;
}

static void op_retrieve(struct tsp *sp, struct smc_regs *r)
{
	const struct ffa_mem_header mh = {
		.sender = endpoint_of(r->x[7] >> 8),
		.flags = FFA_TYPE_SHARE,
		.handle = r->x[4] | r->x[5] << 32,
		.tag = r->x[6],
	};
	const struct ffa_emad e = {.receiver = endpoint_of(sp->id),
				   .permissions = (uint8_t)r->x[7]};
	struct ffa_composite comp;
	struct ffa_mem_header got;
	struct ffa_emad ge;
	struct smc_regs s;
	size_t n =
		ffa_mem_encode(va(sp, sp->tx_va, 4096), 4096, FFA_VERSION_1_1, &mh, &e, 1, NULL, 0);

	s = svc8(sp, FFA_MEM_RETRIEVE_REQ, n, n, 0);
	r->x[5] = s.x[0];
	r->x[6] = s.x[2];
	r->x[7] = s.x[1];
	if (s.x[0] != FFA_MEM_RETRIEVE_RESP)
		return;
	n = s.x[1];
	CHECK_EQ(ffa_mem_header_decode(va(sp, sp->rx_va, n), n, FFA_VERSION_1_1, &got), 0);
	CHECK_EQ(ffa_emad_decode(va(sp, sp->rx_va, n), n, &got, 0, &ge), 0);
	CHECK_EQ(ge.receiver.v, sp->id);
	CHECK_EQ(ffa_composite_decode(va(sp, sp->rx_va, n), n, ge.composite_offset, &comp), 0);
	sp->retrieved_va =
		ffa_constituent_decode((uint8_t *)va(sp, sp->rx_va, n) + ge.composite_offset + 16)
			.address;
	svc8(sp, FFA_RX_RELEASE, 0, 0, 0);
}

static void op_share(struct tsp *sp, struct smc_regs *r)
{
	const struct ffa_mem_header mh = {.sender = endpoint_of(sp->id),
					  .attributes = FFA_MEM_ATTR_SHARE};
	const struct ffa_emad e[] = {
		{.receiver = endpoint_of(r->x[6]), .permissions = FFA_PERM_RW},
		{.receiver = endpoint_of(r->x[7]), .permissions = FFA_PERM_RW}};
	const struct ffa_constituent k = {sp->page_va, 1};
	struct smc_regs s;
	size_t n = ffa_mem_encode(va(sp, sp->tx_va, 4096), 4096, FFA_VERSION_1_1, &mh, e,
				  r->x[7] ? 2 : 1, &k, 1);

	s = svc8(sp, FFA_MEM_SHARE, n, n, 0);
	r->x[4] = s.x[0];
	r->x[5] = s.x[2];
	r->x[6] = s.x[3];
}

static void op_relinquish(struct tsp *sp, struct smc_regs *r)
{
	const endpoint_id ids[2] = {endpoint_of(r->x[7]), endpoint_of(r->x[7])};
	struct smc_regs s;

	ffa_relinquish_encode(va(sp, sp->tx_va, 4096), 4096, r->x[4] | r->x[5] << 32, 0, ids,
			      (uint32_t)r->x[6]);
	s = svc8(sp, FFA_MEM_RELINQUISH, 0, 0, 0);
	r->x[5] = s.x[0];
	r->x[6] = s.x[2];
}

static void obey(struct tsp *sp, struct smc_regs *r)
{
	struct smc_regs s;
	const uint64_t w6 = r->x[6], w7 = r->x[7];

	switch (r->x[3]) {
	case OP_SPIN:
		spin_us(w6);
		break;
	case OP_CRASH:
		spin_us(w6);
		crash(sp);
		break;
	case OP_ERROR:
		s = (struct smc_regs){.x = {FFA_ERROR, 0x1234, (uint32_t)FFA_NO_MEMORY}};
		for (uint64_t i = 0; i < w6; i++)
			svc(sp, &s);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		r->x[7] = s.x[1];
		break;
	case OP_MSG_WAIT:
		*r = svc8(sp, FFA_MSG_WAIT, 0, 0, 0);
		obey(sp, r);
		break;
	case OP_PATTERN:
		r->x[5] = pattern(w6);
		break;
	case OP_CALL:
		s = (struct smc_regs){.x = {FFA_DIRECT_REQ, (uint64_t)sp->id << 16 | w6 >> 16, 0,
					    w6 & 0xff, 0, 0, w7, 0}};
		svc(sp, &s);
		r->x[4] = s.x[6]; /* what the callee's own call got */
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		r->x[7] = s.x[1];
		break;
	case OP_RUN_CALLEE:
		s = (struct smc_regs){.x = {FFA_DIRECT_REQ, (uint64_t)sp->id << 16 | w6, 0, OP_SPIN,
					    0, 0, w7, 0}};
		svc(sp, &s);
		r->x[4] = 0;
		while (s.x[0] == FFA_INTERRUPT) {
			r->x[4]++;
			s = svc8(sp, FFA_RUN, s.x[1], 0, 0);
		}
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		break;
	case OP_SVC:
		s = svc8(sp, w6, w7, 0, 0);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		r->x[7] = s.x[1];
		break;
	case OP_RETRIEVE:
		op_retrieve(sp, r);
		break;
	case OP_RELINQUISH:
		op_relinquish(sp, r);
		break;
	case OP_SHARE:
		op_share(sp, r);
		break;
	case OP_RECLAIM:
		s = svc8(sp, FFA_MEM_RECLAIM, r->x[4], r->x[5], 0);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		break;
	case OP_WRITE:
		*(uint32_t *)va(sp, sp->retrieved_va, 4) = (uint32_t)w6;
		break;
	case OP_STATE:
		r->x[5] = state_across(sp, 0);
		break;
	case OP_STATE_CALL:
		r->x[5] = state_across(sp, (uint16_t)w6);
		break;
	case OP_SVC_CRASH:
		svc8(sp, FFA_VERSION, FFA_VERSION_1_1, 0, 0);
		spin_us(w6);
		crash(sp);
		break;
	case OP_CALL_CRASH:
		s = (struct smc_regs){
			.x = {FFA_DIRECT_REQ, (uint64_t)sp->id << 16 | w6 >> 16, 0, OP_ECHO}};
		svc(sp, &s);
		crash(sp);
		break;
	case OP_BAD_RESP:
		s = svc8(sp, r->x[4] ? r->x[4] : FFA_DIRECT_RESP, w6, w7, 0);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		break;
	case OP_FAR_CALL:
		s = svc8(sp, r->x[4] ? r->x[4] : FFA_DIRECT_REQ, w6, w7, 0);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		break;
	case OP_RELEASE:
		svc8(sp, FFA_RX_RELEASE, 0, 0, 0);
		break;
	case OP_YIELD:
		s = svc8(sp, FFA_YIELD, 0, w6, w7);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		break;
	case OP_LOG:
		s = svc8(sp, FFA_CONSOLE_LOG, w6, 0x6c6c6568 /* hell */, 0x6f /* o */);
		r->x[5] = s.x[0];
		r->x[6] = s.x[2];
		break;
	}
}

static uint64_t own_pages(struct tsp *sp, unsigned pages)
{
	uint64_t at = ec_va_find_free(&sp->ec, pages);
	pa_t pa;

	CHECK(physmem_alloc(&h.m->mem, PHYS_S, pages, &pa));
	CHECK_EQ(ec_map_add(&sp->ec, at, pa, pages, EC_MAP_R | EC_MAP_W), 0);
	return at;
}

static void boot_script(struct tsp *sp)
{
	struct smc_regs r;

	sp->boot_info_va = sp->in->x[0];
	if (sp->boot_info_va)
		sp->boot_magic = ffa_get32(va(sp, sp->boot_info_va, 64));
	if (sp->boot_crash)
		crash(sp);
	while (sp->boot_hang)
		pe_charge(1000000);
	sp->id = (uint16_t)svc8(sp, FFA_ID_GET, 0, 0, 0).x[2];
	sp->tx_va = own_pages(sp, 1);
	sp->rx_va = own_pages(sp, 1);
	sp->page_va = own_pages(sp, 1);
	if (!sp->no_rxtx)
		CHECK_EQ(svc8(sp, FFA_RXTX_MAP | FFA_FID_64, sp->tx_va, sp->rx_va, 1).x[0],
			 FFA_SUCCESS);
	sp->boot_perm_w0 = (uint32_t)svc8(sp, FFA_MEM_PERM_GET, sp->tx_va, 0, 0).x[0];
	if (sp->boot_call) {
		r = svc8(sp, FFA_DIRECT_REQ, (uint64_t)sp->id << 16 | sp->boot_call, 0, 0);
		sp->boot_call_w0 = r.x[0];
		sp->boot_call_w2 = r.x[2];
	}
}

static void tsp_main(void *arg)
{
	struct tsp *sp = arg;
	struct smc_regs r;

	boot_script(sp);
	r = svc8(sp, FFA_MSG_WAIT, 0, 0, 0);
	for (;;) {
		const bool request = r.x[0] == FFA_DIRECT_REQ ||
				     r.x[0] == (FFA_DIRECT_REQ | FFA_FID_64) ||
				     r.x[0] == FFA_DIRECT_REQ2_64;
		struct smc_regs out = r;

		if (!request) { /* FFA_RUN in spec, or an error reply: wait again */
			r = svc8(sp, FFA_MSG_WAIT, 0, 0, 0);
			continue;
		}
		obey(sp, &r);
		out = r;
		out.x[0] = r.x[0] + 1;
		out.x[1] = (r.x[1] & 0xffff) << 16 | r.x[1] >> 16;
		if (r.x[0] == FFA_DIRECT_REQ2_64)
			out.x[2] = out.x[3] = 0;
		svc(sp, &out);
		r = out;
	}
}

int harness_sp_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	struct tsp *sp = calloc(1, sizeof(*sp));
	pa_t image;

	(void)why;
	ec_init(&sp->ec, &tsp_ops, cfg->name);
	for (unsigned i = 0; i < 6; i++)
		if (h.cfg->sp[i].name && !strcmp(h.cfg->sp[i].name, cfg->name)) {
			sp->boot_crash = h.cfg->sp[i].boot_crash;
			sp->boot_hang = h.cfg->sp[i].boot_hang;
			sp->no_rxtx = h.cfg->sp[i].no_rxtx;
			sp->boot_call = h.cfg->sp[i].boot_call;
			h.sp[i] = sp;
		}
	/* Two pages of image, as a flat one has them. */
	if (physmem_alloc(&machine->mem, PHYS_S, 2, &image))
		ec_map_add(&sp->ec, EC_IMAGE_VA, image, 2, EC_MAP_R | EC_MAP_X);
	sp->fiber = fiber_create(cfg->name, FIBER_STACK_SP_BYTES, tsp_main, sp);
	*out = &sp->ec;
	return 0;
}
