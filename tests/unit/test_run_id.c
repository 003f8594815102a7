/* SPDX-License-Identifier: BSD-2-Clause */
/* IDs of runs as they are written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "run_id.h"

static const uint64_t some = UINT64_C(0x7c3a90d417be2c05);

static void an_id_is_16_digits(void **state)
{
	uint64_t id = 1;

	(void)state;
	assert_int_equal(run_id_parse("7c3a90d417be2c05", &id), 0);
	assert_true(id == some);
	assert_int_equal(run_id_parse("0000000000000000", &id), 0);
	assert_true(id == 0);
	assert_int_equal(run_id_parse("7c3a90d417be2c0", &id), -EINVAL);
	assert_int_equal(run_id_parse("7c3a90d417be2c050", &id), -EINVAL);
	assert_int_equal(run_id_parse("7C3a90d417be2c05", &id), -EINVAL);
	assert_int_equal(run_id_parse("", &id), -EINVAL);
	assert_true(id == 0);
}

static void six_digits_of_its_beginning_are_enough(void **state)
{
	struct run_id run = {1, 1};

	(void)state;
	assert_int_equal(run_id_parse_begin("7c3a9", &run), -EINVAL);
	assert_true(run.id == 1 && run.mask == 1);
	assert_int_equal(run_id_parse_begin("7c3a90", &run), 0);
	assert_true(run.id == UINT64_C(0x7c3a900000000000));
	assert_true(run.mask == UINT64_C(0xffffff0000000000));
	assert_true(run_id_fits(&run, some));
	assert_true(run_id_fits(&run, UINT64_C(0x7c3a90ffffffffff)));
	assert_false(run_id_fits(&run, UINT64_C(0x7c3a91d417be2c05)));
	assert_int_equal(run_id_parse_begin("7c3a90d417be2c05", &run), 0);
	assert_true(run_id_fits(&run, some) && !run_id_fits(&run, some + 1));
	assert_int_equal(run_id_parse_begin("7c3a90 ", &run), -EINVAL);
	assert_int_equal(run_id_parse_begin("0x7c3a90", &run), -EINVAL);
}

static void with_none_given_each_fits(void **state)
{
	const struct run_id run = {0};

	(void)state;
	assert_true(run_id_fits(&run, 0) && run_id_fits(&run, some) &&
		    run_id_fits(&run, UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_16_digits),
		cmocka_unit_test(six_digits_of_its_beginning_are_enough),
		cmocka_unit_test(with_none_given_each_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
