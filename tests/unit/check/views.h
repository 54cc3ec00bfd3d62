/* SPDX-License-Identifier: BSD-3-Clause */
/* What test_views.c asks of its SP, borrower.c. */
#ifndef TESTS_CHECK_VIEWS_H
#define TESTS_CHECK_VIEWS_H

enum { BORROWER_RETRIEVE = 1, BORROWER_RELINQUISH, BORROWER_READ, BORROWER_WRITE };

#endif
