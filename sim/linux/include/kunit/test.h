/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H
/*
 * KUnit: suites of cases compiled into a module; `ffasim kunit FILE.ko.so` runs them inside a world
 * and prints KTAP. Each case has a kernel thread of its own; a failed ASSERT ends that thread, a
 * failed EXPECT is counted. Not modelled: static stubs, attributes, nested test parameters.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

enum kunit_status { KUNIT_SUCCESS, KUNIT_FAILURE, KUNIT_SKIPPED };
#define KUNIT_STATUS_COMMENT_SIZE 256
#define KUNIT_PARAM_DESC_SIZE 128

struct file;
struct kunit_resource_;
struct kunit {
	void *priv; /* the suite's */
	const char *name;
	const void *param_value;
	int param_index;
	enum kunit_status status;
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	struct kunit_resource_ *resources;
};
struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};
struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};
#define KUNIT_CASE(fn)                                                                             \
	{                                                                                          \
		.run_case = fn, .name = #fn                                                        \
	}
#define KUNIT_CASE_SLOW(fn) KUNIT_CASE(fn)
#define KUNIT_CASE_PARAM(fn, gen)                                                                  \
	{                                                                                          \
		.run_case = fn, .name = #fn, .generate_params = gen                                \
	}
#define KUNIT_ARRAY_PARAM(name_, array_, get_desc_)                                                \
	static const void *name_##_gen_params(const void *prev, char *desc)                        \
	{                                                                                          \
		__typeof__((array_)[0]) *next__ =                                                  \
			prev ? ((__typeof__(next__))prev) + 1 : (array_);                          \
		void (*describe__)(__typeof__(next__), char *) = get_desc_;                        \
		if (next__ - (array_) >= (long)ARRAY_SIZE(array_))                                 \
			return NULL;                                                               \
		if (describe__)                                                                    \
			describe__(next__, desc);                                                  \
		return next__;                                                                     \
	}
#define kunit_test_suite(suite_)                                                                   \
	static struct kunit_suite *const suite_##_entry __ffasim_record("ffasim_kunit") = &(suite_)
#define kunit_test_suites_1_(n, s, ...)                                                            \
	static struct kunit_suite *const __UNIQUE_ID(suites)[] __ffasim_record("ffasim_kunit") = { \
		s, ##__VA_ARGS__}
#define kunit_test_suites(...) kunit_test_suites_1_(0, __VA_ARGS__)

void kunit_log_(struct kunit *test, const char *fmt, ...);
#define kunit_info(test, fmt, ...) kunit_log_((test), fmt, ##__VA_ARGS__)
#define kunit_warn kunit_info
#define kunit_err kunit_info
void kunit_mark_skipped_(struct kunit *test, const char *fmt, ...);
#define kunit_mark_skipped(test, fmt, ...) kunit_mark_skipped_((test), fmt, ##__VA_ARGS__)
_Noreturn void kunit_abort_(struct kunit *test);
#define kunit_skip(test, fmt, ...)                                                                 \
	do {                                                                                       \
		kunit_mark_skipped_((test), fmt, ##__VA_ARGS__);                                   \
		kunit_abort_(test);                                                                \
	} while (0)
void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp);
static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc(test, size, gfp | __GFP_ZERO);
}
static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	return kunit_kzalloc(test, size_mul(n, size), gfp);
}
/* Gives the test's thread a user's address space, to be mapped into; 0 or -errno. */
int kunit_attach_mm(void);
/* Maps @file there, or anonymous memory (NULL), until the test ends. The address, or -errno that
 * IS_ERR_VALUE() knows. Where it lies is not up to the caller: @addr and @flag mean nothing. */
unsigned long kunit_vm_mmap(struct kunit *test, struct file *file, unsigned long addr,
			    unsigned long len, unsigned long prot, unsigned long flag,
			    unsigned long offset);
/* Runs @fn when the test ends, the newest first. */
int kunit_add_action(struct kunit *test, void (*fn)(void *), void *data);
int kunit_add_action_or_reset(struct kunit *test, void (*fn)(void *), void *data);

/* The failure as text; false. */
bool kunit_fail_(struct kunit *test, const char *file, int line, const char *kind, const char *fmt,
		 ...);
#define KUNIT_DO_(test, ok_, kind_, abort_, fmt_, ...)                                             \
	do {                                                                                       \
		if (!(ok_)) {                                                                      \
			kunit_fail_((test), __FILE__, __LINE__, kind_, fmt_, ##__VA_ARGS__);       \
			if (abort_)                                                                \
				kunit_abort_(test);                                                \
		}                                                                                  \
	} while (0)
#define KUNIT_BINARY_(test, a, op, b, kind_, abort_)                                               \
	do {                                                                                       \
		const __typeof__(a) left__ = (a);                                                  \
		const __typeof__(b) right__ = (b);                                                 \
		KUNIT_DO_(test, left__ op right__, kind_, abort_,                                  \
			  "%s " #op " %s, but\n    %s == %lld (0x%llx)\n    %s == %lld (0x%llx)",  \
			  #a, #b, #a, (long long)left__, (unsigned long long)left__, #b,           \
			  (long long)right__, (unsigned long long)right__);                        \
	} while (0)
#define KUNIT_PTR_(test, a, op, b, kind_, abort_)                                                  \
	KUNIT_DO_(test, (const void *)(a)op(const void *)(b), kind_, abort_,                       \
		  "%s " #op " %s, but it is not so", #a, #b)
#define KUNIT_STR_(test, a, op, b, kind_, abort_)                                                  \
	do {                                                                                       \
		const char *left__ = (a), *right__ = (b);                                          \
		KUNIT_DO_(test, left__ &&right__ &&strcmp(left__, right__) op 0, kind_, abort_,    \
			  "%s " #op " %s, but\n    %s == \"%s\"\n    %s == \"%s\"", #a, #b, #a,    \
			  left__ ? left__ : "(null)", #b, right__ ? right__ : "(null)");           \
	} while (0)
#define KUNIT_MEM_(test, a, op, b, n, kind_, abort_)                                               \
	KUNIT_DO_(test, memcmp((a), (b), (n)) op 0, kind_, abort_,                                 \
		  "%s " #op " %s over %lu bytes, but it is not so", #a, #b, (unsigned long)(n))
#define KUNIT_TRUE_(test, c, want, kind_, abort_)                                                  \
	KUNIT_DO_(test, !!(c) == (want), kind_, abort_, "%s is %s, not %s", #c,                    \
		  (want) ? "false" : "true", (want) ? "true" : "false")
#define KUNIT_GOOD_(test, p, kind_, abort_)                                                        \
	do {                                                                                       \
		const void *p__ = (p);                                                             \
		KUNIT_DO_(test, !IS_ERR_OR_NULL(p__), kind_, abort_, "%s is %s (%ld)", #p,         \
			  p__ ? "an error" : "NULL", (long)p__);                                   \
	} while (0)

#define KUNIT_SUCCEED(test) ((void)(test))
#define KUNIT_FAIL(test, fmt, ...) KUNIT_DO_(test, false, "EXPECTATION", false, fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...)                                                       \
	KUNIT_DO_(test, false, "ASSERTION", true, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_TRUE(test, c) KUNIT_TRUE_(test, c, true, "EXPECTATION", false)
#define KUNIT_EXPECT_FALSE(test, c) KUNIT_TRUE_(test, c, false, "EXPECTATION", false)
#define KUNIT_EXPECT_EQ(test, a, b) KUNIT_BINARY_(test, a, ==, b, "EXPECTATION", false)
#define KUNIT_EXPECT_NE(test, a, b) KUNIT_BINARY_(test, a, !=, b, "EXPECTATION", false)
#define KUNIT_EXPECT_LT(test, a, b) KUNIT_BINARY_(test, a, <, b, "EXPECTATION", false)
#define KUNIT_EXPECT_LE(test, a, b) KUNIT_BINARY_(test, a, <=, b, "EXPECTATION", false)
#define KUNIT_EXPECT_GT(test, a, b) KUNIT_BINARY_(test, a, >, b, "EXPECTATION", false)
#define KUNIT_EXPECT_GE(test, a, b) KUNIT_BINARY_(test, a, >=, b, "EXPECTATION", false)
#define KUNIT_EXPECT_PTR_EQ(test, a, b) KUNIT_PTR_(test, a, ==, b, "EXPECTATION", false)
#define KUNIT_EXPECT_PTR_NE(test, a, b) KUNIT_PTR_(test, a, !=, b, "EXPECTATION", false)
#define KUNIT_EXPECT_NULL(test, p) KUNIT_PTR_(test, p, ==, NULL, "EXPECTATION", false)
#define KUNIT_EXPECT_NOT_NULL(test, p) KUNIT_PTR_(test, p, !=, NULL, "EXPECTATION", false)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, p) KUNIT_GOOD_(test, p, "EXPECTATION", false)
#define KUNIT_EXPECT_STREQ(test, a, b) KUNIT_STR_(test, a, ==, b, "EXPECTATION", false)
#define KUNIT_EXPECT_STRNEQ(test, a, b) KUNIT_STR_(test, a, !=, b, "EXPECTATION", false)
#define KUNIT_EXPECT_MEMEQ(test, a, b, n) KUNIT_MEM_(test, a, ==, b, n, "EXPECTATION", false)
#define KUNIT_EXPECT_MEMNEQ(test, a, b, n) KUNIT_MEM_(test, a, !=, b, n, "EXPECTATION", false)
#define KUNIT_ASSERT_TRUE(test, c) KUNIT_TRUE_(test, c, true, "ASSERTION", true)
#define KUNIT_ASSERT_FALSE(test, c) KUNIT_TRUE_(test, c, false, "ASSERTION", true)
#define KUNIT_ASSERT_EQ(test, a, b) KUNIT_BINARY_(test, a, ==, b, "ASSERTION", true)
#define KUNIT_ASSERT_NE(test, a, b) KUNIT_BINARY_(test, a, !=, b, "ASSERTION", true)
#define KUNIT_ASSERT_LT(test, a, b) KUNIT_BINARY_(test, a, <, b, "ASSERTION", true)
#define KUNIT_ASSERT_LE(test, a, b) KUNIT_BINARY_(test, a, <=, b, "ASSERTION", true)
#define KUNIT_ASSERT_GT(test, a, b) KUNIT_BINARY_(test, a, >, b, "ASSERTION", true)
#define KUNIT_ASSERT_GE(test, a, b) KUNIT_BINARY_(test, a, >=, b, "ASSERTION", true)
#define KUNIT_ASSERT_PTR_EQ(test, a, b) KUNIT_PTR_(test, a, ==, b, "ASSERTION", true)
#define KUNIT_ASSERT_PTR_NE(test, a, b) KUNIT_PTR_(test, a, !=, b, "ASSERTION", true)
#define KUNIT_ASSERT_NULL(test, p) KUNIT_PTR_(test, p, ==, NULL, "ASSERTION", true)
#define KUNIT_ASSERT_NOT_NULL(test, p) KUNIT_PTR_(test, p, !=, NULL, "ASSERTION", true)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p) KUNIT_GOOD_(test, p, "ASSERTION", true)
#define KUNIT_ASSERT_STREQ(test, a, b) KUNIT_STR_(test, a, ==, b, "ASSERTION", true)
#endif
