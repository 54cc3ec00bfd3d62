/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Notifications: what is kept for each receiver (ffa.md 6). Senders of the two partition classes
 * own bits by binding; the two framework words belong to the SPMC and to the hypervisor.
 */
#ifndef FFASIM_SPMC_NOTIFICATIONS_H
#define FFASIM_SPMC_NOTIFICATIONS_H

#include "ffa/ffa.h"
#include "soc/machine.h"

struct spmc;
struct sp_ec;

enum notify_class { NOTIFY_FROM_SP, NOTIFY_FROM_VM, NOTIFY_CLASSES };
enum notify_framework { NOTIFY_SPM, NOTIFY_HYP, NOTIFY_FRAMEWORKS };
#define NOTIFY_RX_FULL 1u /* bit 0 of a framework word */

struct notify_bits {
	uint64_t bound, per_vcpu; /* per_vcpu: how each bound bit was bound */
	endpoint_id sender[64];
	uint64_t pending;	       /* global ones */
	uint64_t vcpu_pending[PE_MAX]; /* per-vCPU ones */
};

/* A receiver. */
struct notify_box {
	bool created;
	uint16_t vcpus;
	struct notify_bits from[NOTIFY_CLASSES];
	uint32_t framework[NOTIFY_FRAMEWORKS];
	/* Told by INFO_GET and not fetched since. */
	bool global_told;
	uint64_t vcpu_told;
};

/* NULL: no such receiver, or it has notifications switched off. */
struct notify_box *notify_box_of(struct spmc *s, endpoint_id id);
/* A framework bit became pending. @delayed: the schedule-receiver interrupt waits for the next exit
 * to the Normal world. */
void notify_framework(struct spmc *s, struct notify_box *box, enum notify_framework who,
		      bool delayed);
/* Raises the schedule-receiver interrupt on the running PE. */
void notify_schedule_receiver(struct spmc *s);
/* The Trusted OS, which executes on @pe, signals VM 0 (optee.md 5). FFA_DENIED: VM 0 has no bitmap.
 */
int notify_from_trusted_os(struct spmc *s, unsigned pe, uint64_t bits);
/* @ctx is about to run for somebody: an S-EL1 receiver gets the notification pending interrupt. */
void notify_entering(struct sp_ec *ctx);
/* Something global is pending for this receiver: its context gets the pending interrupt. */
bool notify_pending(const struct notify_box *box);

#endif
