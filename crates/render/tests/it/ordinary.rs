//! Templates as people write them.

use render::{Renderer, Request};
use serde_json::json;

use super::{alone, render, renderer, template};

const AGENT: &str = "---
name: {{ name | yaml }}
{%- if description is defined %}
description: {{ description | yaml }}
{%- endif %}
tools:
{%- for tool in tools %}
  - {{ tool | yaml }}{{ '' if loop.last else '' }}
{%- else %}
  []
{%- endfor %}
---
{# A comment for authors #}
# {{ name | title }}

{% raw %}{{ kept }}{% endraw %}
{% macro greet(who, mark='!') %}Hello {{ who }}{{ mark }}{% endmacro %}
{{- greet('team') }} {{ greet(team | default('all'), mark='.') }}
";

#[test]
fn a_file_of_an_agent() {
    let _alone = alone();
    let values = json!({"name": "diff: reader", "tools": ["read_file", "git diff"]});
    assert_eq!(
        render(AGENT, values).unwrap(),
        "---
name: \"diff: reader\"
tools:
  - \"read_file\"
  - \"git diff\"
---

# Diff: Reader

{{ kept }}
Hello team! Hello all.
"
    );
}

#[test]
fn each_construct_writes_what_it_says() {
    let _alone = alone();
    let values = json!({"n": 3, "s": "a,b,c", "on": true, "m": {"k": "v", "j": 1}, "none": null});
    for (text, expected) in [
        ("plain\n", "plain\n"),
        ("no line ending", "no line ending"),
        ("two\n\n", "two\n\n"),
        ("a\r\n", "a\r\n"),
        ("", ""),
        ("<b>{{ s }}</b> & \"q\"", "<b>a,b,c</b> & \"q\""),
        (
            "{{ n + 1 }} {{ n ** 2 }} {{ 7 // 2 }} {{ n / 2 }}",
            "4 9 3 1.5",
        ),
        ("{{ s | split(',') | join('-') | upper }}", "A-B-C"),
        ("{{ m.k }}{{ m['j'] }}", "v1"),
        (
            "{{ on | json }} {{ on }} {{ none | json }}",
            "true True null",
        ),
        ("{{ 'yes' if on else 'no' }}", "yes"),
        ("{% set x = n * 2 %}{{ x }}", "6"),
        ("{% set x %}[{{ n }}]{% endset %}{{ x }}", "[3]"),
        ("{% with y = 1 %}{{ y }}{% endwith %}", "1"),
        ("{% filter upper %}abc{% endfilter %}", "ABC"),
        (
            "{% for k, v in m | items %}{{ k }}={{ v }};{% endfor %}",
            "j=1;k=v;",
        ),
        ("{% for i in range(3) %}{{ loop.index }}{% endfor %}", "123"),
        (
            "{{ '%-4s|%03d|%.2f' | format('ab', 7, 1.5) }}",
            "ab  |007|1.50",
        ),
        ("{{ 'a\nb' | indent(2, true) }}", "  a\n  b"),
        (
            "{{ [3, 1, 2] | sort | join }}{{ [1, 2, 3] | batch(2) | list }}",
            "123[[1, 2], [3]]",
        ),
        ("{{ 'x' * 3 ~ 'y' }}", "xxxy"),
        (
            "{{ missing | default('d') }}{{ missing is defined }}",
            "dFalse",
        ),
        ("{{ 'aXbX' | replace('X', '--') }}", "a--b--"),
        (
            "{% set ns = namespace(t=0) %}{% for i in [1, 2] %}{% set ns.t = ns.t + i %}{% endfor %}{{ ns.t }}",
            "3",
        ),
        ("{{ 'é😀' | length }} é😀", "2 é😀"),
    ] {
        let rendered = render(text, values.clone());
        assert_eq!(rendered.unwrap(), expected, "{text}");
    }
}

#[test]
fn many_templates_keep_their_order_and_see_nothing_of_one_another() {
    let _alone = alone();
    let templates = (0..200)
        .map(|at| {
            template(
                &format!("{at}.j2"),
                format!("{{% set x = x | default({at}) %}}{{{{ x }}}}"),
            )
        })
        .collect();
    let request = Request {
        templates,
        values: json!({}),
    };
    for (at, rendered) in renderer().render(&request).unwrap().into_iter().enumerate() {
        assert_eq!(
            (rendered.name, rendered.text),
            (format!("{at}.j2"), at.to_string())
        );
    }
}

#[test]
fn nothing_to_do_starts_nothing() {
    let renderer = Renderer::new("/does/not/exist".into(), Vec::new());
    let request = Request {
        templates: Vec::new(),
        values: json!({}),
    };
    assert_eq!(renderer.render(&request).unwrap(), []);
    assert_eq!(renderer.parse(&[]).unwrap(), []);
}

#[test]
fn control_characters_stay_in_the_text() {
    let _alone = alone();
    let hostile = "\u{0}\u{1b}[31m\u{202e}\u{9b}\u{7f}\n\u{feff}";
    let rendered = render(format!("{hostile}{{{{ v }}}}"), json!({"v": hostile})).unwrap();
    assert_eq!(rendered, format!("{hostile}{hostile}"));
}
