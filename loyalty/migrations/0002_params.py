"""What a promotion's `params` and `hours` may hold, by kind, said by the database itself."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION loyalty_integer(params jsonb, name text, low numeric, high numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(params -> name) = 'number' AND (params ->> name) ~ '^[0-9]{1,16}$'
                THEN (params ->> name)::numeric BETWEEN low AND high ELSE false END
$$;
CREATE FUNCTION loyalty_params_fit(kind text, params jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN jsonb_typeof(params) <> 'object' THEN false
        WHEN kind = 'percent' THEN params - 'percent' = '{}' AND loyalty_integer(params, 'percent', 1, 10000)
        WHEN kind = 'amount' THEN params - 'amount' = '{}' AND loyalty_integer(params, 'amount', 1, 9007199254740991)
        WHEN kind = 'n_for_m' THEN params - 'take' - 'pay' = '{}' AND loyalty_integer(params, 'take', 2, 1000)
            AND loyalty_integer(params, 'pay', 1, (params ->> 'take')::numeric - 1)
        WHEN kind = 'n_for_price' THEN params - 'take' - 'price' = '{}' AND loyalty_integer(params, 'take', 1, 1000)
            AND loyalty_integer(params, 'price', 0, 9007199254740991)
        WHEN kind = 'nth_cheaper' THEN params - 'nth' - 'percent' = '{}' AND loyalty_integer(params, 'nth', 2, 1000)
            AND loyalty_integer(params, 'percent', 1, 10000)
        WHEN kind = 'threshold' THEN loyalty_integer(params, 'from_total', 1, 9007199254740991)
            AND ((params - 'from_total' - 'percent' = '{}' AND loyalty_integer(params, 'percent', 1, 10000))
              OR (params - 'from_total' - 'amount' = '{}' AND loyalty_integer(params, 'amount', 1, 9007199254740991)))
        ELSE false END
$$;
CREATE FUNCTION loyalty_hours_fit(hours jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN hours IS NULL THEN true
        WHEN jsonb_typeof(hours) <> 'array' OR hours = '[]' THEN false
        ELSE (SELECT bool_and(CASE WHEN jsonb_typeof(pair) = 'array' AND jsonb_array_length(pair) = 2
                    AND (pair ->> 0) ~ '^[0-9]{1,4}$' AND (pair ->> 1) ~ '^[0-9]{1,4}$'
                THEN (pair ->> 0)::int < (pair ->> 1)::int AND (pair ->> 1)::int <= 1440 ELSE false END)
              FROM jsonb_array_elements(hours) AS pair) END
$$;
ALTER TABLE loyalty_promotion
    ADD CONSTRAINT promotion_params_fit_kind CHECK (loyalty_params_fit(kind, params)),
    ADD CONSTRAINT promotion_hours_are_pairs CHECK (loyalty_hours_fit(hours));
"""
REVERSE = """
ALTER TABLE loyalty_promotion DROP CONSTRAINT promotion_params_fit_kind, DROP CONSTRAINT promotion_hours_are_pairs;
DROP FUNCTION loyalty_hours_fit(jsonb);
DROP FUNCTION loyalty_params_fit(text, jsonb);
DROP FUNCTION loyalty_integer(jsonb, text, numeric, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]
    operations = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=REVERSE)]
