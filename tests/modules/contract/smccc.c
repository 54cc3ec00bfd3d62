// SPDX-License-Identifier: GPL-2.0-only
/* kernel-surface.md 5.1: the door to the secure world. */
#include <kunit/test.h>
#include <linux/arm-smccc.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#define VERSION 0x84000063
#define ID_GET 0x84000069
#define SUCCESS 0x84000061

static void smccc_version(struct kunit *test)
{
	KUNIT_EXPECT_GE(test, arm_smccc_get_version(), (u32)ARM_SMCCC_VERSION_1_2);
}

static void smccc_conduit(struct kunit *test)
{
	enum arm_smccc_conduit c = arm_smccc_1_1_get_conduit();

	KUNIT_EXPECT_TRUE(test, c == SMCCC_CONDUIT_SMC || c == SMCCC_CONDUIT_HVC);
}

/* All 18 results are written, whatever was there. */
static void smccc_call_fills_results(struct kunit *test)
{
	struct arm_smccc_1_2_regs in = {.a0 = ID_GET}, out;

	KUNIT_EXPECT_EQ(test, sizeof(out), 18 * sizeof(long));
	memset(&out, 0xd5, sizeof(out));
	arm_smccc_1_2_smc(&in, &out);
	KUNIT_EXPECT_EQ(test, out.a0, (unsigned long)SUCCESS);
	for (int i = 0; i < 18; i++)
		KUNIT_EXPECT_NE(test, (&out.a0)[i], 0xd5d5d5d5d5d5d5d5ul);
	KUNIT_EXPECT_EQ(test, in.a0, (unsigned long)ID_GET); /* arguments are not touched */
}

static void smccc_call_in_place(struct kunit *test)
{
	struct arm_smccc_1_2_regs r = {.a0 = VERSION, .a1 = 0x10001};

	arm_smccc_1_2_smc(&r, &r);
	KUNIT_EXPECT_EQ(test, r.a0 >> 16, 1ul);
	r = (struct arm_smccc_1_2_regs){.a0 = VERSION, .a1 = 0x10001};
	arm_smccc_1_2_hvc(&r, &r);
	KUNIT_EXPECT_EQ(test, r.a0 >> 16, 1ul);
}

static bool fired;
static int fired_on;
static enum hrtimer_restart fire(struct hrtimer *t)
{
	fired = true;
	fired_on = raw_smp_processor_id();
	return HRTIMER_NORESTART;
}

/* An interrupt that came up meanwhile is taken on the calling CPU before the call is back. */
static void smccc_interrupt_before_return(struct kunit *test)
{
	struct arm_smccc_1_2_regs r = {.a0 = VERSION, .a1 = 0x10001};
	struct hrtimer t;
	int cpu;

	hrtimer_setup(&t, fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	preempt_disable();
	cpu = smp_processor_id();
	fired = false;
	hrtimer_start(&t, 1, HRTIMER_MODE_REL_PINNED_HARD);
	arm_smccc_1_2_smc(&r, &r);
	KUNIT_EXPECT_TRUE(test, fired);
	KUNIT_EXPECT_EQ(test, fired_on, cpu);
	preempt_enable();
	hrtimer_cancel(&t);
}

static void smccc_ids(struct kunit *test)
{
	u32 id = ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_64, ARM_SMCCC_OWNER_STANDARD,
				    0x6f);

	KUNIT_EXPECT_EQ(test, id, 0xc400006fu);
	KUNIT_EXPECT_TRUE(test, ARM_SMCCC_IS_FAST_CALL(id));
	KUNIT_EXPECT_FALSE(test, ARM_SMCCC_IS_FAST_CALL(0x44000001));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(smccc_version),
	KUNIT_CASE(smccc_conduit),
	KUNIT_CASE(smccc_call_fills_results),
	KUNIT_CASE(smccc_call_in_place),
	KUNIT_CASE(smccc_interrupt_before_return),
	KUNIT_CASE(smccc_ids),
	{},
};
static struct kunit_suite suite = {.name = "smccc", .test_cases = cases};
kunit_test_suite(suite);
MODULE_LICENSE("GPL");
