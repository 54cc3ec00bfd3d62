/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The door to the secure world: kernel calls become conduit_smc() on the running PE. On return the
 * PE may be another one, pending interrupts are served and the preemption test is done.
 */
#include <linux/arm-smccc.h>
#include "linux/kernel_internal.h"
#include "soc/machine.h"

u32 arm_smccc_get_version(void)
{
	return ARM_SMCCC_VERSION_1_2;
}

enum arm_smccc_conduit arm_smccc_1_1_get_conduit(void)
{
	return SMCCC_CONDUIT_SMC;
}

_Static_assert(sizeof(struct arm_smccc_1_2_regs) == sizeof(struct smc_regs), "18 registers");

/* args and res may be the same object. */
void arm_smccc_1_2_smc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	struct smc_regs regs;

	__builtin_memcpy(&regs, args, sizeof(regs));
	conduit_smc(&regs);
	kfault_point();
	__builtin_memcpy(res, &regs, sizeof(regs));
}

void arm_smccc_1_2_hvc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	arm_smccc_1_2_smc(args, res);
}

void __arm_smccc_smc(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3,
		     unsigned long a4, unsigned long a5, unsigned long a6, unsigned long a7,
		     struct arm_smccc_res *res, struct arm_smccc_quirk *quirk)
{
	struct smc_regs regs = {{a0, a1, a2, a3, a4, a5, a6, a7}};

	(void)quirk;
	conduit_smc(&regs);
	kfault_point();
	*res = (struct arm_smccc_res){regs.x[0], regs.x[1], regs.x[2], regs.x[3]};
}
