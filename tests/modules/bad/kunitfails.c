// SPDX-License-Identifier: GPL-2.0-only
/* A suite whose cases fail, abort and skip. */
#include <kunit/test.h>

static void expects(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1 + 1, 3);
	kunit_info(test, "still here\n");
}
static void asserts(struct kunit *test)
{
	KUNIT_ASSERT_NOT_NULL(test, NULL);
	kunit_info(test, "never here\n");
}
static void skips(struct kunit *test)
{
	kunit_skip(test, "no such board");
}
static const int numbers[] = {2, 3};
static void describe(const int *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "number %d", *n);
}
KUNIT_ARRAY_PARAM(numbers, numbers, describe);
static void is_even(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, *(const int *)test->param_value % 2, 0);
}
static void passes(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, "a", "a");
}
static struct kunit_case cases[] = {
	KUNIT_CASE(expects), KUNIT_CASE(asserts),
	KUNIT_CASE(skips),   KUNIT_CASE_PARAM(is_even, numbers_gen_params),
	KUNIT_CASE(passes),  {},
};
static struct kunit_suite suite = {.name = "wrong", .test_cases = cases};
kunit_test_suites(&suite);
MODULE_LICENSE("GPL");
