/* SPDX-License-Identifier: BSD-3-Clause */
/* SMCCC: the only door to the secure world. Numbers are those of the calling convention. */
#ifndef _LINUX_ARM_SMCCC_H
#define _LINUX_ARM_SMCCC_H

#include <linux/types.h>

#define ARM_SMCCC_STD_CALL 0UL
#define ARM_SMCCC_FAST_CALL 1UL
#define ARM_SMCCC_TYPE_SHIFT 31
#define ARM_SMCCC_SMC_32 0
#define ARM_SMCCC_SMC_64 1
#define ARM_SMCCC_CALL_CONV_SHIFT 30
#define ARM_SMCCC_OWNER_MASK 0x3F
#define ARM_SMCCC_OWNER_SHIFT 24
#define ARM_SMCCC_FUNC_MASK 0xFFFF
#define ARM_SMCCC_OWNER_ARCH 0
#define ARM_SMCCC_OWNER_CPU 1
#define ARM_SMCCC_OWNER_SIP 2
#define ARM_SMCCC_OWNER_OEM 3
#define ARM_SMCCC_OWNER_STANDARD 4
#define ARM_SMCCC_OWNER_STANDARD_HYP 5
#define ARM_SMCCC_OWNER_VENDOR_HYP 6
#define ARM_SMCCC_OWNER_TRUSTED_APP 48
#define ARM_SMCCC_OWNER_TRUSTED_OS 50
#define ARM_SMCCC_VERSION_1_0 0x10000
#define ARM_SMCCC_VERSION_1_1 0x10001
#define ARM_SMCCC_VERSION_1_2 0x10002
#define ARM_SMCCC_VERSION_1_3 0x10003
#define SMCCC_RET_SUCCESS 0
#define SMCCC_RET_NOT_SUPPORTED (-1)

#define ARM_SMCCC_IS_FAST_CALL(v) (((u32)(v) >> ARM_SMCCC_TYPE_SHIFT) & 1)
#define ARM_SMCCC_IS_64(v) (((u32)(v) >> ARM_SMCCC_CALL_CONV_SHIFT) & 1)
#define ARM_SMCCC_FUNC_NUM(v) ((v)&ARM_SMCCC_FUNC_MASK)
#define ARM_SMCCC_OWNER_NUM(v) (((v) >> ARM_SMCCC_OWNER_SHIFT) & ARM_SMCCC_OWNER_MASK)
#define ARM_SMCCC_CALL_VAL(type, conv, owner, num)                                                 \
	((u32)(((u32)(type) << ARM_SMCCC_TYPE_SHIFT) |                                             \
	       ((u32)(conv) << ARM_SMCCC_CALL_CONV_SHIFT) |                                        \
	       (((owner)&ARM_SMCCC_OWNER_MASK) << ARM_SMCCC_OWNER_SHIFT) |                         \
	       ((num)&ARM_SMCCC_FUNC_MASK)))

enum arm_smccc_conduit { SMCCC_CONDUIT_NONE, SMCCC_CONDUIT_SMC, SMCCC_CONDUIT_HVC };

struct arm_smccc_res {
	unsigned long a0, a1, a2, a3;
};
struct arm_smccc_quirk {
	int id;
};
struct arm_smccc_1_2_regs {
	unsigned long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
		a17;
};

u32 arm_smccc_get_version(void);
enum arm_smccc_conduit arm_smccc_1_1_get_conduit(void);
void arm_smccc_1_2_smc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res);
void arm_smccc_1_2_hvc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res);
void __arm_smccc_smc(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3,
		     unsigned long a4, unsigned long a5, unsigned long a6, unsigned long a7,
		     struct arm_smccc_res *res, struct arm_smccc_quirk *quirk);
#define arm_smccc_smc(a0, a1, a2, a3, a4, a5, a6, a7, res)                                         \
	__arm_smccc_smc(a0, a1, a2, a3, a4, a5, a6, a7, res, NULL)
#define arm_smccc_hvc(a0, a1, a2, a3, a4, a5, a6, a7, res)                                         \
	__arm_smccc_smc(a0, a1, a2, a3, a4, a5, a6, a7, res, NULL)

#endif
