/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory transactions for those who watch: what the Normal world sent, when it has it back, and who
 * keeps it from getting it back. Says nothing of transactions between SPs.
 */
#include <stdlib.h>

#include "core/watch.h"
#include "spmc/spmc_internal.h"

static const char *how(const struct share *share)
{
	return share->type == FFA_TYPE_SHARE  ? "shared with"
	       : share->type == FFA_TYPE_LEND ? "lent to"
					      : "donated to";
}

#define FEW 64

void mem_watch_sent(const struct spmc *s, const struct share *share)
{
	struct watch_grant g = {.handle = share->handle,
				.how = how(share),
				.exclusive = share->type != FFA_TYPE_SHARE,
				.page_count = share->page_count,
				.range_count = share->constituent_count};
	struct watch_pages few[FEW], *range = few;

	if (!watch_on || endpoint_is_secure(share->owner))
		return;
	if (g.range_count > FEW)
		range = calloc(g.range_count, sizeof(*range));
	if (!range)
		return;
	for (uint32_t i = 0; i < g.range_count; i++)
		range[i] = (struct watch_pages){share->constituent[i].address,
						share->constituent[i].page_count};
	for (uint32_t i = 0; i < share->receiver_count && i < WATCH_GRANT_TO; i++)
		g.to[i] = endpoint_who(s, share->receiver[i].id);
	g.range = range;
	WATCH(granted, &g);
	if (range != few)
		free(range);
}

void mem_watch_over(const struct share *share, bool for_good)
{
	if (!endpoint_is_secure(share->owner))
		WATCH(grant_over, share->handle, for_good);
}

const char *spmc_memory_held(const struct spmc *s, uint64_t handle, bool *for_good)
{
	struct share *share = memory_lookup((struct spmc *)s, handle);

	*for_good = false;
	for (uint32_t i = 0; share && i < share->receiver_count; i++) {
		const struct sp *sp = sp_by_id(s, share->receiver[i].id);

		if (!share->receiver[i].retrieved)
			continue;
		*for_good = sp && sp_is_dead(sp);
		return trace_name(endpoint_who(s, share->receiver[i].id));
	}
	return NULL;
}
