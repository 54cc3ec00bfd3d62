/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SPs of a conformance statement are puppets: when one is entered it makes the calls queued for
 * it (cw_job()), keeps their results, and answers. A partition at S-EL1 may have a context on each
 * of two PEs; the second has a script of its own.
 * Not modelled: an image. A puppet is a fiber of the host; it needs no memory but its buffers and
 * some pages to share.
 */
#include "host/conform.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

struct puppet {
	struct ec ec;
	struct fiber *fiber, *caller;
	uint32_t caller_who;
	int index;    /* of its script */
	unsigned ctx; /* of its partition */
	const struct smc_regs *in;
	struct ec_exit *out;
};

static void leave(struct puppet *p, enum ec_exit_kind kind)
{
	p->out->kind = kind;
	pe_switch(p->caller, p->caller_who);
}

static void puppet_enter(struct ec *ec, const struct smc_regs *regs, struct ec_exit *exit)
{
	struct puppet *p = (struct puppet *)ec;

	p->in = regs;
	p->out = exit;
	cw.traffic++;
	p->caller = pe_self()->fiber;
	p->caller_who = pe_self()->who;
	pe_switch(p->fiber, ec->who);
}

static struct smc_regs svc(struct puppet *p, const struct smc_regs *r);

static const struct cw_sp *cfg_of(const struct puppet *p)
{
	return &cw.cfg->sp[p->index % CW_SPS_MAX];
}

/* The handler of an S-EL1 puppet. A managed exit ends the request; it goes on with its work when
 * somebody asks again. */
static void take_virqs(struct puppet *p)
{
	struct ec *ec = &p->ec;
	struct smc_regs r = {.x = {FFA_DIRECT_RESP, 0, 0, SPMC_MEI_INTID}};
	struct sp_ec *ctx = &((struct sp *)ec->owner)->ctx[p->ctx];

	while (ec->el1 && ec_virq_due(ec)) {
		const bool masked = ec->virq.irq_masked;
		const unsigned intid = ec_virq_first(ec);

		ec->virq.irq_masked = ec->virq.fiq_masked = true;
		ec_virq_clear(ec, intid);
		cw.virqs[p->index]++;
		cw.virq[p->index] = intid;
		if (intid == SPMC_MEI_INTID) {
			r.x[1] = ffa_pack(endpoint_of(cw.id[p->index]), ctx->caller.v);
			svc(p, &r);
		}
		ec->virq.irq_masked = masked;
		ec->virq.fiq_masked = cfg_of(p)->fiq_masked;
	}
}

static void puppet_interrupted(struct ec *ec)
{
	leave((struct puppet *)ec, EC_EXIT_INTERRUPT);
	take_virqs((struct puppet *)ec);
}

static void puppet_destroy(struct ec *ec)
{
	struct puppet *p = (struct puppet *)ec;

	fiber_destroy(p->fiber);
	free(p);
}

static void puppet_main(void *arg);

/* CPU_ON begins it anew. */
static int puppet_reset(struct ec *ec, uint64_t entry_va)
{
	struct puppet *p = (struct puppet *)ec;

	(void)entry_va;
	fiber_destroy(p->fiber);
	p->fiber = fiber_create("puppet", FIBER_STACK_SP_BYTES, puppet_main, p);
	return 0;
}

static const struct ec_ops puppet_ops = {.name = "puppet",
					 .enter = puppet_enter,
					 .interrupted = puppet_interrupted,
					 .destroy = puppet_destroy,
					 .reset = puppet_reset};

static struct smc_regs svc(struct puppet *p, const struct smc_regs *r)
{
	const struct cw_before before = cw_before();
	struct smc_regs got;

	p->out->regs = *r;
	leave(p, EC_EXIT_SVC);
	got = *p->in;
	cw.traffic--; /* its own return */
	cw_refused(&before, r, &got);
	cw.traffic++;
	pe_point();
	take_virqs(p);
	return got;
}

static _Noreturn void crash(struct puppet *p)
{
	p->out->fault = FFASIM_SP_UNDEF;
	p->out->fault_addr = 0x1000;
	for (;;) {
		cw.traffic++;
		leave(p, EC_EXIT_FAULT);
	}
}

struct cw_job *cw_job(int sp, enum job_kind kind, const struct smc_regs *r)
{
	struct cw_job *job;

	if (cw.job_next[sp] == cw.job_count[sp])
		cw.job_next[sp] = cw.job_count[sp] = 0;
	WANT(cw.job_count[sp] < CW_JOBS_MAX);
	job = &cw.job[sp][cw.job_count[sp]++];
	*job = (struct cw_job){.kind = kind, .in = *r};
	return job;
}

/* Calls that give the PE away return with whatever enters the SP next. */
static bool ends_turn(uint64_t fid, const struct smc_regs *got)
{
	const uint32_t fid32 = (uint32_t)fid & ~FFA_FID_64;

	return (fid32 == FFA_MSG_WAIT || fid32 == FFA_DIRECT_RESP || fid32 == FFA_DIRECT_RESP2) &&
	       got->x[0] != FFA_ERROR && got->x[0] != UINT64_MAX; /* no such function */
}

/* True: *in is a new entry, made by one of the jobs. */
static bool do_jobs(struct puppet *p, struct smc_regs *in)
{
	const int i = p->index;

	while (cw.job_next[i] < cw.job_count[i]) {
		struct cw_job *job = &cw.job[i][cw.job_next[i]++];

		switch (job->kind) {
		case JOB_SVC:
			job->out = svc(p, &job->in);
			break;
		case JOB_SPIN_US:
			pe_charge(job->in.x[0] * 1000);
			break;
		case JOB_CRASH:
			job->done = true;
			crash(p);
		}
		job->done = true;
		if (job->kind == JOB_SVC && ends_turn(job->in.x[0], &job->out)) {
			job->entered = true;
			*in = job->out;
			return true;
		}
	}
	return false;
}

static struct smc_regs answer_to(const struct smc_regs *in)
{
	const uint32_t fid = (uint32_t)in->x[0], fid32 = fid & ~FFA_FID_64;
	struct smc_regs r = {.x = {FFA_MSG_WAIT}};

	if (fid32 != FFA_DIRECT_REQ && fid32 != FFA_DIRECT_REQ2)
		return r;
	r = *in;
	r.x[0] = fid + 1;
	r.x[1] = (in->x[1] & 0xffff) << 16 | (in->x[1] >> 16 & 0xffff);
	if (fid32 == FFA_DIRECT_REQ2) {
		r.x[2] = r.x[3] = 0;
	} else {
		if (r.x[2] & FFA_MSG_FRAMEWORK) {
			const uint64_t type = r.x[2] & 0xff;

			/* Both kinds of power message have one response. */
			r.x[2] = FFA_MSG_FRAMEWORK | (type < 2 ? 2 : type + 1);
			r.x[3] = 0;
		}
		memset(&r.x[8], 0, 10 * sizeof(r.x[0]));
	}
	return r;
}

static uint64_t own_pages(struct puppet *p, unsigned pages, uint8_t **host)
{
	const uint64_t va = ec_va_find_free(&p->ec, pages);
	pa_t pa;

	WANT(physmem_alloc(&cw.m->mem, PHYS_S, pages, &pa));
	WANT(!ec_map_add(&p->ec, va, pa, pages, EC_MAP_R | EC_MAP_W));
	*host = physmem_at(&cw.m->mem, pa, pages * PHYS_PAGE_BYTES);
	return va;
}

static void puppet_boot(struct puppet *p)
{
	const int i = p->index;
	const struct cw_sp *cfg = cfg_of(p);

	cw.id[i] = ((struct sp *)p->ec.owner)->id.v;
	p->ec.virq.irq_masked = cfg->irq_masked;
	p->ec.virq.fiq_masked = cfg->fiq_masked;
	for (unsigned intid = 0; intid < EC_VIRQ_MAX && cfg->el1; intid++)
		ec_virq_enable(&p->ec, intid, true);
	if (p->ctx)
		return; /* the buffers are the partition's */
	cw.sp_tx_va[i] = own_pages(p, 1, &cw.sp_tx[i]);
	cw.sp_rx_va[i] = own_pages(p, 1, &cw.sp_rx[i]);
	cw.sp_page_va[i] = own_pages(p, CW_SP_PAGES, &cw.sp_page[i]);
	for (unsigned k = 0; k < cfg->boot_job_count; k++)
		cw_job(i, JOB_SVC, &cfg->boot_job[k]);
	if (!cfg->no_rxtx)
		WANT_OK(svc(p, &(struct smc_regs){.x = {FFA_RXTX_MAP | FFA_FID_64, cw.sp_tx_va[i],
							cw.sp_rx_va[i], 1}}));
}

static void puppet_main(void *arg)
{
	struct puppet *p = arg;
	struct smc_regs in = *p->in, out;

	puppet_boot(p);
	for (;;) {
		cw.entered[p->index] = in;
		cw.entered_on[p->index] = pe_self()->id;
		cw.entries[p->index]++;
		/* Told by FFA_INTERRUPT: what is pending is being dealt with. */
		while (in.x[0] == FFA_INTERRUPT && p->ec.el1 && ec_virq_first(&p->ec) < EC_VIRQ_MAX)
			ec_virq_clear(&p->ec, ec_virq_first(&p->ec));
		if (do_jobs(p, &in))
			continue;
		out = answer_to(&in);
		in = svc(p, &out);
		if (in.x[0] == FFA_ERROR && cw.lenient) {
			cw.lenient_hits++;
			in = svc(p, &(struct smc_regs){.x = {FFA_MSG_WAIT}});
			if (in.x[0] == FFA_ERROR)
				crash(p);
		}
		if (in.x[0] == FFA_ERROR)
			cw_fail(__FILE__, __LINE__, "the answer of %s was refused with %s",
				cfg_of(p)->name, ffa_error_name(in.x[2]));
	}
}

/* Of a partition; its contexts are called NAME.0 and NAME.1. */
static int index_of(const char *name)
{
	const size_t n = strcspn(name, ".");
	int i = 0;

	while (strncmp(cw.cfg->sp[i].name, name, n) || cw.cfg->sp[i].name[n])
		i++;
	return i;
}

int cw_puppet_create(const struct ec_config *cfg, struct ec **out, const char **why)
{
	struct puppet *p = calloc(1, sizeof(*p));

	*why = "no memory";
	if (!p)
		return -FDT_ERR_NOSPACE;
	ec_init(&p->ec, &puppet_ops, cfg->name);
	p->ctx = cfg->index;
	p->index = cfg->primary ? CW_ON_PE1(((struct puppet *)cfg->primary)->index)
				: index_of(cfg->name);
	cw.puppet[p->index] = p;
	p->fiber = fiber_create(cfg->name, FIBER_STACK_SP_BYTES, puppet_main, p);
	*out = &p->ec;
	return 0;
}
