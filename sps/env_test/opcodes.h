/* SPDX-License-Identifier: BSD-3-Clause */
/* Opcodes of the test runner service (trusted-services.md 3.10). */
#ifndef SPS_TEST_RUNNER_OPCODES_H
#define SPS_TEST_RUNNER_OPCODES_H

#define TEST_RUNNER_UUID TS_UUID(0x33c75baf, 0xac6a, 0x4fe4, 0x8ac7, 0xe9909bee2d17)
enum test_runner_op { TEST_RUNNER_RUN = 0x101, TEST_RUNNER_LIST = 0x102 };

#endif
