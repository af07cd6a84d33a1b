//! The filters, tests and functions that there are.

use minijinja::value::{Rest, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value, filters, functions, tests};

use super::bounded;
use super::budget::{Budget, size};
use super::literal;

/// What a filter costs beside looking at each byte or item once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    /// Once, or a few times.
    Look,
    /// Many times: it compares.
    Compare,
}

/// A look at the arguments, before the engine's own filter gets them.
type Check = fn(&[Value]) -> Result<(), Error>;

struct Filter {
    name: &'static str,
    make: fn() -> Value,
    cost: Cost,
    check: Option<Check>,
}

const fn look(name: &'static str, make: fn() -> Value) -> Filter {
    Filter {
        name,
        make,
        cost: Cost::Look,
        check: None,
    }
}

const fn compare(name: &'static str, make: fn() -> Value) -> Filter {
    Filter {
        cost: Cost::Compare,
        ..look(name, make)
    }
}

const fn checked(name: &'static str, make: fn() -> Value, check: Check) -> Filter {
    Filter {
        check: Some(check),
        ..look(name, make)
    }
}

/// The filters that mean what they mean in Jinja.
const FROM_ENGINE: &[Filter] = &[
    look("abs", || Value::from_function(filters::abs)),
    checked(
        "batch",
        || Value::from_function(filters::batch),
        bounded::batch,
    ),
    look("bool", || Value::from_function(filters::bool)),
    checked(
        "capitalize",
        || Value::from_function(filters::capitalize),
        bounded::text,
    ),
    look("chain", || Value::from_function(filters::chain)),
    look("count", || Value::from_function(filters::length)),
    look("d", || Value::from_function(filters::default)),
    look("default", || Value::from_function(filters::default)),
    compare("dictsort", || Value::from_function(filters::dictsort)),
    look("first", || Value::from_function(filters::first)),
    look("float", || Value::from_function(filters::float)),
    checked(
        "format",
        || Value::from_function(filters::format),
        bounded::format,
    ),
    compare("groupby", || Value::from_function(filters::groupby)),
    checked(
        "indent",
        || Value::from_function(filters::indent),
        bounded::indent,
    ),
    look("int", || Value::from_function(filters::int)),
    look("items", || Value::from_function(filters::items)),
    checked(
        "join",
        || Value::from_function(filters::join),
        bounded::join,
    ),
    look("last", || Value::from_function(filters::last)),
    look("length", || Value::from_function(filters::length)),
    look("lines", || Value::from_function(filters::lines)),
    checked(
        "list",
        || Value::from_function(filters::list),
        bounded::list,
    ),
    checked(
        "lower",
        || Value::from_function(filters::lower),
        bounded::text,
    ),
    look("map", || Value::from_function(filters::map)),
    compare("max", || Value::from_function(filters::max)),
    compare("min", || Value::from_function(filters::min)),
    look("reject", || Value::from_function(filters::reject)),
    look("rejectattr", || Value::from_function(filters::rejectattr)),
    checked(
        "replace",
        || Value::from_function(filters::replace),
        bounded::replace,
    ),
    look("reverse", || Value::from_function(filters::reverse)),
    look("round", || Value::from_function(filters::round)),
    look("select", || Value::from_function(filters::select)),
    look("selectattr", || Value::from_function(filters::selectattr)),
    checked(
        "slice",
        || Value::from_function(filters::slice),
        bounded::batch,
    ),
    compare("sort", || Value::from_function(filters::sort)),
    checked(
        "split",
        || Value::from_function(filters::split),
        bounded::text,
    ),
    checked(
        "string",
        || Value::from_function(filters::string),
        bounded::text,
    ),
    look("sum", || Value::from_function(filters::sum)),
    checked(
        "title",
        || Value::from_function(filters::title),
        bounded::text,
    ),
    checked(
        "trim",
        || Value::from_function(filters::trim),
        bounded::text,
    ),
    compare("unique", || Value::from_function(filters::unique)),
    checked(
        "upper",
        || Value::from_function(filters::upper),
        bounded::text,
    ),
    look("zip", || Value::from_function(filters::zip)),
];

/// Every filter's name.
pub fn names() -> impl Iterator<Item = &'static str> {
    let literals = literal::FILTERS.iter().map(|(name, _)| *name);
    FROM_ENGINE.iter().map(|filter| filter.name).chain(literals)
}

/// Gives `environment` all that the language has, with a budget of its own.
pub(super) fn add(environment: &mut Environment<'static>) {
    let budget = Budget::default();
    for filter in FROM_ENGINE {
        let budget = budget.clone();
        let inner = (filter.make)();
        environment.add_filter(
            filter.name,
            move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| -> Result<Value, Error> {
                let args = args.into_values();
                let seen: u64 = args.iter().map(size).sum();
                budget.charge(match filter.cost {
                    Cost::Look => seen,
                    Cost::Compare => seen * 16,
                })?;
                if let Some(check) = filter.check {
                    check(&args)?;
                }
                inner.call(state, &args)
            },
        );
    }
    for (name, language) in literal::FILTERS {
        let budget = budget.clone();
        environment.add_filter(*name, move |value: &Value| {
            literal::write(*language, value, &budget)
        });
    }
    add_functions(environment);
    add_tests(environment);
}

fn add_functions(environment: &mut Environment<'static>) {
    environment.add_function("dict", functions::dict);
    environment.add_function("namespace", functions::namespace);
    environment.add_function("range", bounded::range);
}

/// Tests look at values and make none. Those that compare are held by the processor time alone,
/// like the operators.
fn add_tests(environment: &mut Environment<'static>) {
    environment.add_test("boolean", tests::is_boolean);
    environment.add_test("defined", tests::is_defined);
    environment.add_test("divisibleby", tests::is_divisibleby);
    environment.add_test("endingwith", tests::is_endingwith);
    environment.add_test("even", tests::is_even);
    environment.add_test("false", tests::is_false);
    environment.add_test("float", tests::is_float);
    environment.add_test("in", tests::is_in);
    environment.add_test("int", tests::is_integer);
    environment.add_test("integer", tests::is_integer);
    environment.add_test("iterable", tests::is_iterable);
    environment.add_test("lower", tests::is_lower);
    environment.add_test("mapping", tests::is_mapping);
    environment.add_test("none", tests::is_none);
    environment.add_test("number", tests::is_number);
    environment.add_test("odd", tests::is_odd);
    environment.add_test("sequence", tests::is_sequence);
    environment.add_test("startingwith", tests::is_startingwith);
    environment.add_test("string", tests::is_string);
    environment.add_test("true", tests::is_true);
    environment.add_test("undefined", tests::is_undefined);
    environment.add_test("upper", tests::is_upper);
    for name in ["eq", "equalto"] {
        environment.add_test(name, tests::is_eq);
    }
    environment.add_test("ne", tests::is_ne);
    for name in ["lt", "lessthan"] {
        environment.add_test(name, tests::is_lt);
    }
    environment.add_test("le", tests::is_le);
    for name in ["gt", "greaterthan"] {
        environment.add_test(name, tests::is_gt);
    }
    environment.add_test("ge", tests::is_ge);
}

#[cfg(test)]
mod tests_of_names {
    use minijinja::Environment;

    use crate::dialect::names::{FUNCTIONS, TESTS};

    #[test]
    fn what_the_guard_lets_by_is_there() {
        let mut environment = Environment::empty();
        super::add(&mut environment);
        for test in TESTS {
            let text = format!("{{{{ {test:?} is test }}}}");
            environment.add_test("test", minijinja::tests::is_test);
            assert_eq!(environment.render_str(&text, ()).unwrap(), "True", "{test}");
        }
        for filter in super::names() {
            let text = format!("{{{{ {filter:?} is filter }}}}");
            environment.add_test("filter", minijinja::tests::is_filter);
            assert_eq!(
                environment.render_str(&text, ()).unwrap(),
                "True",
                "{filter}"
            );
        }
        for function in FUNCTIONS {
            let text = format!("{{{{ {function} is defined }}}}");
            assert_eq!(
                environment.render_str(&text, ()).unwrap(),
                "True",
                "{function}"
            );
        }
    }
}
