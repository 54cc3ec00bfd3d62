/* SPDX-License-Identifier: BSD-3-Clause */
/* Positions in device tree sources: comments, strings, labels, nodes, what is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/dts_where.h"

static const char source[] =
	"/dts-v1/;\n"
	"/ {\n"
	"	compatible = \"arm,ffa-manifest-1.0\";\n"
	"	/* boot-order = <9>; */ description = \"boot-order = {\";\n"
	"	boot-order = <1>; id = <2>;\n"
	"	notification-support;\n"
	"	memory-regions {\n"
	"		compatible = \"arm,ffa-manifest-memory-regions\"; // pages-count = <3>;\n"
	"		first: heap {\n"
	"			pages-count = <1>;\n"
	"		};\n"
	"		stack {\n"
	"			attributes = <3>;\n"
	"			pages-count = <2>;\n"
	"		};\n"
	"	};\n"
	"	gp-register-num = <0>;\n"
	"};\n";

static void is_at(const char *node, const char *property, unsigned line, unsigned column)
{
	const struct dts_position p = dts_where(source, node, property);

	assert_int_equal(p.line, line);
	assert_int_equal(p.column, column);
}

static void properties(void **state)
{
	(void)state;
	is_at("", "compatible", 3, 2);
	is_at("", "boot-order", 5, 2);
	is_at("", "id", 5, 20);
	is_at("", "notification-support", 6, 2);
	is_at("", "gp-register-num", 17, 2);
	is_at("heap", "pages-count", 10, 4);
	is_at("stack", "pages-count", 14, 4);
}

static void what_is_not_there_is_at_its_node(void **state)
{
	(void)state;
	is_at("", "uuid", 2, 1);
	is_at("heap", "attributes", 9, 10);
	is_at("nowhere", "attributes", 0, 0);
}

static void damaged_sources(void **state)
{
	static const char *const bad[] = {"",	   "/*",       "\"",	   "/ {{{{{{{{{{{{{{{{{{{{",
					  "}}}}}", "/ { \"\\", "a: b: c:", "/ { id"};

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		dts_where(bad[i], "", "id");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties),
		cmocka_unit_test(what_is_not_there_is_at_its_node),
		cmocka_unit_test(damaged_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
