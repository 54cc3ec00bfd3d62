/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions that exist and are refused: what FF-A 1.1 withdrew, what nobody serves, and what is not
 * for an SP (ffa.md 1.2, 6.2). That differs from an unknown function where the SPMC tells an SP of
 * those in another way.
 */
#include "spmc/spmc_internal.h"

static void handle_refused(struct call *c)
{
	if (c->sp && quirk(c->s, Q_SVC_UNKNOWN_INVALID))
		service_unknown(c, INSTANCE_SP);
	else
		regs_error(c->r, FFA_NOT_SUPPORTED);
}

static const struct spmc_service services[] = {
	{FFA_MSG_POLL, INSTANCE_SP, handle_refused},
	{FFA_MSG_SEND, INSTANCE_SP, handle_refused},
	{FFA_MEM_OP_RESUME, INSTANCE_NWD | INSTANCE_SP, handle_refused},
	{FFA_RX_ACQUIRE, INSTANCE_SP, handle_refused},
	{FFA_NOTIFICATION_BITMAP_CREATE, INSTANCE_SP, handle_refused},
	{FFA_NOTIFICATION_BITMAP_DESTROY, INSTANCE_SP, handle_refused},
	{FFA_NOTIFICATION_INFO_GET, INSTANCE_SP, handle_refused},
	{FFA_NOTIFICATION_INFO_GET | FFA_FID_64, INSTANCE_SP, handle_refused},
};
SPMC_FAMILY(refused);
