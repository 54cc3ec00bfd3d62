/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SPMC's half of the seam to the Trusted OS: threads, shared memory, notifications
 * (trusted_os.h). Nothing here knows what a yielding call is about.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

struct trusted_os *tos_of(const struct spmc *s)
{
	return s->tos;
}

bool tos_quirk(const struct spmc *s, enum quirk_id id)
{
	return quirk(s, id);
}

void tos_quirk_acts(struct spmc *s, enum quirk_id id)
{
	spmc_quirk_acts(s, id);
}

void tos_tables_taken(struct spmc *s, bool taken)
{
	s->tables_taken = taken;
}

uint16_t tos_thread_current(const struct spmc *s)
{
	return s->pe_thread[pe_self()->id];
}

uint16_t tos_thread_alloc(struct spmc *s)
{
	return thread_alloc(s, NULL);
}

void tos_thread_suspend(struct spmc *s, uint16_t id, const char *reason)
{
	thread_suspend(s, id, NULL, reason);
}

enum tos_thread tos_thread_kind(const struct spmc *s, uint64_t id)
{
	if (id >= s->thread_count || s->thread[id].state != THREAD_SUSPENDED)
		return TOS_THREAD_NOT_SUSPENDED;
	return s->thread[id].top ? TOS_THREAD_OF_SP : TOS_THREAD_OWN;
}

void tos_thread_resume(struct spmc *s, uint16_t id)
{
	thread_resume(s, id, "resume");
}

void tos_thread_free(struct spmc *s, uint16_t id)
{
	thread_free(s, id);
}

/* It runs while its session still counts as preempted. */
void tos_thread_run_sp(struct spmc *s, uint16_t id, struct smc_regs *r)
{
	struct sp_ec *ctx = s->thread[id].top;

	spmc_quirk_acts(s, Q_D4);
	thread_resume(s, id, "resume");
	exec_run(s, ctx, r, true);
}

struct share *tos_shm_get(struct spmc *s, uint64_t handle)
{
	struct share *share = memory_lookup(s, handle);

	if (!share || !memory_is_optee(s, share))
		return NULL;
	share->users++;
	if (share->registered)
		return share;
	/* Before time passes: nobody may reclaim it while it is being mapped. */
	share->registered = true;
	pe_charge(share->page_count * cost()->page_map_ns);
	return share;
}

void tos_shm_put(struct share *share)
{
	if (share)
		share->users--;
}

uint64_t tos_shm_bytes(const struct share *share)
{
	return (uint64_t)share->page_count * PHYS_PAGE_BYTES;
}

uint64_t tos_shm_handle(const struct share *share)
{
	return share->handle;
}

void tos_shm_copy(const struct share *share, uint64_t offset, void *buf, uint64_t len, bool out)
{
	uint8_t *at = buf;

	for (uint32_t i = 0; i < share->constituent_count && len; i++) {
		const struct ffa_constituent *k = &share->constituent[i];
		const uint64_t bytes = k->page_count * PHYS_PAGE_BYTES;
		uint64_t n;
		uint8_t *page;

		if (offset >= bytes) {
			offset -= bytes;
			continue;
		}
		n = bytes - offset < len ? bytes - offset : len;
		page = physmem_at(&machine->mem, pa_of(k->address + offset), n);
		if (page)
			memcpy(out ? page : at, out ? at : page, n);
		at += n;
		len -= n;
		offset = 0;
	}
}

int tos_shm_unregister(struct spmc *s, uint64_t handle)
{
	return memory_unregister(s, handle);
}

bool tos_notify(struct spmc *s, uint64_t bits)
{
	return tos_notify_on(s, pe_self()->id, bits);
}

bool tos_notify_on(struct spmc *s, unsigned pe, uint64_t bits)
{
	return notify_from_trusted_os(s, pe, bits) == FFA_OK;
}
