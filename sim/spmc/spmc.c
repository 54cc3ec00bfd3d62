/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SPMC as an object, and its door: the SMC handler that runs on the caller's fiber with foreign
 * interrupts masked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_direct_req, "ffa.direct_req", "the Normal world sent a direct request", "sp$",
	   "w1", "w2", "w3", "w4", "w5", "w6", "w7");
TRACE_KIND(trace_ffa_direct_resp, "ffa.direct_resp", "the Normal world got a direct response",
	   "sp$", "w1", "w2", "w3", "w4", "w5", "w6", "w7");
TRACE_KIND(trace_ffa_run, "ffa.run", "the Normal world issued FFA_RUN", "sp$", "w1");
TRACE_KIND(trace_ffa_error, "ffa.error", "the Normal world got FFA_ERROR", "sp$", "fid", "w1",
	   "code$");
TRACE_KIND(trace_ffa_msg_wait, "ffa.msg_wait", "the Normal world got FFA_MSG_WAIT", "sp$", "w1");

static bool is_request(uint32_t fid)
{
	const uint32_t fid32 = fid & ~FFA_FID_64;

	return fid32 == FFA_DIRECT_REQ || fid32 == FFA_DIRECT_REQ2;
}

/* Endpoint a call from the Normal world is about. */
static uint32_t subject(const struct spmc *s, uint32_t fid, uint64_t w1)
{
	if (is_request(fid))
		return endpoint_who(s, ffa_dst(w1));
	return fid == FFA_RUN ? endpoint_who(s, ffa_src(w1)) : 0;
}

static void trace_in(struct spmc *s, const struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0];

	if (is_request(fid))
		TRACE(&s->m->trace, trace_ffa_direct_req, subject(s, fid, r->x[1]), r->x[1],
		      r->x[2], r->x[3], r->x[4], r->x[5], r->x[6], r->x[7]);
	else if (fid == FFA_RUN)
		TRACE(&s->m->trace, trace_ffa_run, subject(s, fid, r->x[1]), r->x[1]);
}

static void trace_out(struct spmc *s, uint32_t fid, uint64_t w1, const struct smc_regs *r)
{
	const uint32_t got = (uint32_t)r->x[0] & ~FFA_FID_64;
	const char *code;

	if (got == FFA_DIRECT_RESP || got == FFA_DIRECT_RESP2) {
		TRACE(&s->m->trace, trace_ffa_direct_resp, endpoint_who(s, ffa_src(r->x[1])),
		      r->x[1], r->x[2], r->x[3], r->x[4], r->x[5], r->x[6], r->x[7]);
	} else if (got == FFA_ERROR) {
		code = ffa_error_name(r->x[2]);
		TRACE(&s->m->trace, trace_ffa_error, subject(s, fid, w1), fid, w1,
		      trace_intern(code ? code : "?"));
	} else if (got == FFA_MSG_WAIT) {
		TRACE(&s->m->trace, trace_ffa_msg_wait, subject(s, fid, w1), w1);
	}
}

static void spmc_smc(struct pe *pe, struct smc_regs *r)
{
	struct spmc *s = machine->spmc;
	const uint32_t fid = (uint32_t)r->x[0];
	const uint64_t w1 = r->x[1];
	const enum asked asked = spmc_fault_asked(s, r);
	struct call c = {.s = s, .pe = pe, .r = r};

	if (s->m->trace.on)
		trace_in(s, r);
	if (!spmd_filter(s, r) && !spmc_fault_refuses(asked, r)) {
		pe_charge(cost()->spmc_service_ns);
		c.pe = pe_self();
		service_dispatch(&c, INSTANCE_NWD);
		if (c.outcome == CALL_SWITCH)
			exec_run(s, c.next, r, c.resume);
		if (s->sri_owed >> pe_self()->id & 1)
			notify_schedule_receiver(s);
		spmc_fault_shortens(asked, r);
	}
	if (s->m->trace.on)
		trace_out(s, fid, w1, r);
}

/* On the SP's fiber: leave it; it goes on when somebody runs it again. */
static void spmc_interrupt(struct pe *pe)
{
	struct spmc *s = machine->spmc;
	struct ec *ec = ec_running(pe);
	uint64_t start_ns;

	if (pe->s_secure_open && pe->intc.spi_secure_count && !quirk(s, Q_EL1_SPS)) {
		/* Borrows the PE at S-EL1 (optee.md 3.10); the SP does not get the time. */
		pe->s_secure_open = false;
		start_ns = pe->now_ns;
		secure_irq_serve(s, pe);
		ec->entered_ns += pe->now_ns - start_ns;
		pe->s_secure_open = true;
		return;
	}
	ec->ops->interrupted(ec);
}

static const struct s_world_ops ops = {
	.smc = spmc_smc,
	.interrupt = spmc_interrupt,
	.secure = secure_irq_from_nwd,
	.pe_on = power_pe_on,
	.pe_off = power_pe_off,
};

static int apply_quirks(struct spmc *s, const char *const *pairs, struct spmc_error *err)
{
	const char *nearest = NULL;

	for (; pairs && pairs[0] && pairs[1]; pairs += 2)
		switch (profile_switch(&s->quirks, pairs[0], pairs[1], &nearest)) {
		case 0:
			break;
		case -ERANGE:
			snprintf(err->text, sizeof(err->text), "quirk %s: %s is neither on nor off",
				 pairs[0], pairs[1]);
			return -EINVAL;
		default:
			snprintf(err->text, sizeof(err->text), "unknown quirk %s (nearest: %s)",
				 pairs[0], nearest);
			return -EINVAL;
		}
	return 0;
}

int spmc_create(struct machine *m, const struct spmc_config *cfg, struct spmc **out,
		struct spmc_error *err)
{
	const char *name = cfg->profile ? cfg->profile : "optee-4.10";
	const struct spmc_profile *profile = profile_find(name);
	struct spmc *s;

	if (!profile) {
		snprintf(err->text, sizeof(err->text), "unknown profile %s (nearest: %s)", name,
			 profile_nearest(name));
		return -EINVAL;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		snprintf(err->text, sizeof(err->text), "out of memory");
		return -ENOMEM;
	}
	s->m = m;
	s->profile = profile;
	s->quirks = profile->quirks;
	s->skip_failed_sps = cfg->skip_failed_sps;
	s->rxtx_page_bytes = cfg->rxtx_page_bytes;
	if (apply_quirks(s, cfg->quirks, err)) {
		free(s);
		return -EINVAL;
	}
	s->thread_count = cfg->thread_count ? cfg->thread_count : profile->thread_count;
	if (s->thread_count > SPMC_THREADS_MAX) {
		snprintf(err->text, sizeof(err->text), "thread count %u is above %u",
			 s->thread_count, SPMC_THREADS_MAX);
		free(s);
		return -EINVAL;
	}
	/* Until negotiated (ffa.md 1.3). */
	s->nwd_version = quirk(s, Q_VERSION_UNLOCKED) ? FFA_VERSION_1_0 : profile->version;
	s->ec_factory = ec_create;
	for (unsigned i = 0; i < PE_MAX; i++)
		s->pe_thread[i] = SPMC_NO_THREAD;
	vm_get(s, endpoint_of(FFA_ID_NWD));
	service_init(s);
	secure_irq_init(s);
	if (quirk(s, Q_OPTEE_ENDPOINT)) {
		s->tos = trusted_os_create(s, &s->optee);
		if (!s->tos) {
			snprintf(err->text, sizeof(err->text), "out of memory");
			free(s);
			return -ENOMEM;
		}
		if (cfg->test_lsp)
			test_lsp_init(s);
	}
	m->s_ops = &ops;
	m->spmc = s;
	*out = s;
	return 0;
}

void spmc_destroy(struct spmc *s)
{
	if (!s)
		return;
	memory_reset(s);
	for (size_t i = 0; i < s->sp_count; i++) {
		struct sp *sp = s->sp[i];

		for (unsigned k = sp->ctx_count; k-- > 0;)
			ec_destroy(sp->ctx[k].ec);
		for (size_t k = 0; k < sp->option_count; k++) {
			free((char *)sp->options[k].key);
			free((char *)sp->options[k].value);
		}
		free(sp->options);
		free(sp->ctx);
		free(sp->image_path);
		free(sp->name);
		free(sp->dtb);
		free(sp);
	}
	trusted_os_destroy(s->tos);
	if (s->m->spmc == s) {
		s->m->spmc = NULL;
		s->m->s_ops = NULL;
	}
	free(s);
}

void spmc_set_ec_factory(struct spmc *s, ec_factory *factory)
{
	s->ec_factory = factory;
}
