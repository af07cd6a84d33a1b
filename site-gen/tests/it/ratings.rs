//! What people think, on pages and in published files; and the registry in numbers.

use registry_index::{
    rating::{Ratings, Review},
    registry::RatingPlace,
    wire,
};
use scraper::{Html, Selector};
use site_gen::Mode;

use crate::{oracle, shop::Shop, site::full};

const PAGE: &str = "p/core/code-reviewer/index.html";

fn review(id: u32, stars: u8, version: Option<&str>, date: &str, text: &str) -> Review {
    Review {
        by: format!("github:{id}"),
        login: format!("person-{id}"),
        stars,
        version: version.map(|version| version.parse().unwrap()),
        date: date.into(),
        review: text.into(),
    }
}

fn rated(ratings: Ratings) -> Shop {
    let mut shop = full().config(|config| {
        config.ratings = RatingPlace::Discussions("Ratings".into());
        config.repository = Some("https://github.com/example/hub.git".into());
    });
    shop.package("core/code-reviewer").ratings = Some(ratings);
    shop
}

fn seven() -> Ratings {
    Ratings {
        count: 7,
        distribution: [1, 0, 0, 2, 4],
        average: Some(4.14),
        reviews: vec![
            review(3, 5, None, "2025-11-15", "Works."),
            review(1, 4, Some("1.2.0"), "2025-11-14", "Short *reports*."),
            review(2, 1, Some("1.1.0"), "2025-10-04", "It read too much."),
        ],
    }
}

fn words(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| {
        let text: String = element.text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    page.select(&selector).map(text).collect()
}

#[test]
fn a_page_shows_how_people_rated_and_what_they_wrote() {
    let site = rated(seven()).build(None, Mode::Publish);
    let page = site.text(PAGE);
    let section = words(page, "#ratings").concat();
    assert!(
        section.contains("7 ratings.") && section.contains("4.1 of 5 on average"),
        "{section}"
    );
    assert!(
        section.contains("paracle template rate core/code-reviewer --stars 4"),
        "{section}"
    );
    assert!(
        page.contains(
            "https://github.com/example/hub/discussions?discussions_q=core%2Fcode-reviewer"
        )
    );
    let bars = "aria-label=\"5 stars: 4, 4 stars: 2, 3 stars: 0, 2 stars: 0, 1 star: 1\"";
    assert!(page.contains(bars));
    let widths: Vec<String> = ["100", "50", "0", "0", "25"]
        .map(|w| format!("<rect width=\"{w}\" height=\"8\"/>"))
        .into();
    assert!(page.contains(&widths[4]) && page.contains(&widths[1]));
    assert_eq!(
        words(page, "#ratings h3"),
        [
            "About 1.2.0",
            "About 1.1.0",
            "About no version in particular"
        ]
    );
    let reviews = words(page, "#ratings .review");
    assert_eq!(reviews[0], "Short reports. 4 of 5, person-1, 14 Nov 2025");
    assert_eq!(reviews.len(), 3);
    assert!(page.contains("<em>reports</em>"));
}

#[test]
fn an_average_needs_five_everywhere() {
    let few = Ratings {
        count: 4,
        distribution: [0, 0, 0, 0, 4],
        ..Ratings::default()
    };
    let site = rated(few).build(None, Mode::Publish);
    let section = words(site.text(PAGE), "#ratings").concat();
    assert!(
        section.contains("4 ratings. An average is shown from 5 on"),
        "{section}"
    );
    assert!(!section.contains("on average"));
    assert_eq!(
        words(site.text("packages/index.html"), ".row .star"),
        [""; 0]
    );
    let line = &site.json("api/v1/packages.json")["packages"][1];
    assert_eq!((&line["ratings"], line.get("average")), (&4.into(), None));

    let site = rated(seven()).build(None, Mode::Publish);
    let rows = words(site.text("packages/index.html"), ".row .meta");
    let shown: Vec<&String> = rows.iter().filter(|row| row.contains("rated")).collect();
    assert_eq!(shown.len(), 1);
    assert!(shown[0].contains("rated 4.1 from 7"), "{shown:?}");
    let line = &site.json("api/v1/packages.json")["packages"][1];
    assert_eq!(
        (&line["name"], &line["average"]),
        (&"core/code-reviewer".into(), &4.14.into())
    );
}

#[test]
fn published_files_carry_ratings() {
    let site = rated(seven()).build(None, Mode::Publish);
    let package: wire::Package =
        serde_json::from_str(site.text("api/v1/packages/core/code-reviewer.json")).unwrap();
    assert_eq!(package.ratings, Some(seven()));
    let plain: serde_json::Value = site.json("api/v1/packages/core/diff-reading.json");
    assert_eq!(plain.get("ratings"), None);
}

#[test]
fn where_nobody_can_rate_nothing_is_said_of_it() {
    let site = full().build(None, Mode::Publish);
    assert!(!site.text(PAGE).contains("id=\"ratings\""));
    let mut takes = full().config(|config| config.ratings = RatingPlace::PullRequests);
    takes = takes.draft("core/unborn-two", "0.1.0", |p| p);
    let site = takes.build(None, Mode::Publish);
    assert!(site.text(PAGE).contains("Nobody has rated it yet."));
    assert!(!site.text(PAGE).contains("discussions_q"));
    assert!(
        !site
            .text("p/core/unborn-two/index.html")
            .contains("id=\"ratings\"")
    );
}

#[test]
fn hostile_reviews_are_inert() {
    let attacks = [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "[x](javascript:alert(1)) ![x](https://evil.example/pixel.png) [file](agents/code-reviewer.md)",
        "\u{202e}evil\u{2066}\u{200b} <b style=position:fixed>x</b>",
        "# A heading\n\n# A heading\n\n[^1]\n\n[^1]: note",
        "</div></article></section><h1 id=\"main\">Ours</h1><form action=https://evil.example/>",
        &"[".repeat(2_000),
        &"> ".repeat(1_000),
    ];
    let reviews = attacks.iter().enumerate().map(|(at, text)| {
        let mut review = review(at as u32 + 1, 5, None, "2025-11-15", text);
        review.login = "<b>\u{202e}x</b>".into();
        review
    });
    let ratings = Ratings {
        count: 7,
        distribution: [0, 0, 0, 0, 7],
        average: Some(5.0),
        reviews: reviews.collect(),
    };
    let site = rated(ratings).build(Some("https://hub.example"), Mode::Publish);
    for (path, page) in site.pages() {
        assert_eq!(oracle::of_page(page), Vec::<String>::new(), "{path}");
    }
    let page = Html::parse_document(site.text(PAGE));
    let all = |selector: &str| {
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector)
            .map(|element| element.attr("id").unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(all("#ratings img[src]"), [""; 0]);
    assert_eq!(all("#main").len(), 1);
    assert_eq!(all("h1").len(), 1);
    assert_eq!(all("article.review").len(), 7, "no review ends another");
    let mut ids = all("#ratings [id]");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are used once");
}

#[test]
fn many_reviews_are_not_all_shown() {
    let reviews = (1..=60)
        .map(|id| review(id, 5, None, "2025-11-15", "Good."))
        .collect();
    let ratings = Ratings {
        count: 60,
        distribution: [0, 0, 0, 0, 60],
        average: Some(5.0),
        reviews,
    };
    let site = rated(ratings).build(None, Mode::Publish);
    let page = site.text(PAGE);
    assert_eq!(words(page, "#ratings .review").len(), 50);
    assert!(page.contains("and 10 more reviews"));
}

#[test]
fn the_search_index_does_not_see_reviews() {
    let plain = rated(Ratings {
        count: 1,
        distribution: [1, 0, 0, 0, 0],
        ..Ratings::default()
    });
    let few = rated(Ratings {
        count: 4,
        distribution: [0, 0, 0, 0, 4],
        reviews: vec![review(1, 5, None, "2025-11-15", "zebra crossing")],
        ..Ratings::default()
    });
    let index = |shop: &Shop| {
        let site = shop.build(None, Mode::Publish);
        let files = site.files.into_iter();
        files
            .filter(|(path, _)| path.starts_with("search/"))
            .filter(|(path, _)| !path.ends_with(".html"))
            .collect::<Vec<_>>()
    };
    assert_eq!(index(&plain), index(&few));
    assert!(!index(&few).is_empty());
}

#[test]
fn the_registry_in_numbers() {
    let site = rated(seven()).build(Some("https://hub.example"), Mode::Publish);
    let page = site.text("stats/index.html");
    assert_eq!(oracle::of_page(page), Vec::<String>::new());
    let facts = words(page, ".sums > div");
    assert_eq!(
        facts,
        [
            "Packages3",
            "Releases5",
            "Withdrawn releases3",
            "Deprecated packages1",
            "Ratings7",
            "Reviews3"
        ]
    );
    assert!(page.contains("aria-label=\"Agents: 1, Workflows: 1, Skills: 1, Projects: 0, Integrations: 0, Plugins: 0\""));
    assert!(
        page.contains("aria-label=\"30 days: 3, 90 days: 0,"),
        "{page}"
    );
    assert!(page.contains("aria-label=\"5 stars: 4, 4 stars: 2,"));
    assert!(page.contains("MIT: 3"));
    assert!(page.contains("<time datetime=\"2025-11-12\">"));
    assert!(site.text("index.html").contains("href=\"./stats/\""));
    assert!(
        site.text("sitemap.xml")
            .contains("<loc>https://hub.example/stats/</loc>")
    );
    let empty = Shop::new().build(None, Mode::Publish);
    assert!(words(empty.text("stats/index.html"), ".sums > div").contains(&"Packages0".to_owned()));
}
