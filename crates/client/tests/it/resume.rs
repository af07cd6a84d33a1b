//! Downloads that are cut off, and go on.

use std::{fs, ops::ControlFlow, time::Duration};

use client::{ClientError, Source};
use registry_index::wire::Release;

use crate::{
    fixture::{Place, published, registry, release, said},
    server::{Act, Server},
};

const BIG: &str = "dl/acme/big/1.0.0.tar.gz";

/// A served registry, and the package whose archive is large.
struct Case {
    place: Place,
    server: Server,
    source: Box<dyn Source>,
    release: Release,
}

impl Case {
    fn new() -> Self {
        let place = Place::new();
        let server = Server::of(&published(&registry()));
        let source = place.open(&server);
        let release = release(source.as_ref(), "acme/big");
        Self {
            place,
            server,
            source,
            release,
        }
    }

    fn length(&self) -> usize {
        usize::try_from(self.release.record.archive.length).unwrap()
    }

    fn fetch(&self) -> Result<Vec<u8>, ClientError> {
        self.source
            .download(&self.release, &|_| ControlFlow::Continue(()))
    }

    fn fetches(&self) {
        let bytes = self.fetch().unwrap();
        let digest = registry_index::Digest::of(&bytes);
        assert_eq!(digest, self.release.record.archive.digest);
        assert_eq!(self.place.cached("partial"), [] as [std::path::PathBuf; 0]);
    }

    fn ranges(&self) -> Vec<Option<String>> {
        let asked = self.server.asked(BIG).into_iter();
        asked.map(|asked| asked.range).collect()
    }

    /// A run that is killed when half of the file is there.
    fn is_killed_half_way(&self) {
        let half = self.length() as u64 / 2;
        let stop = |received| match received < half {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        };
        let stopped = self.source.download(&self.release, &stop);
        assert!(matches!(stopped, Err(ClientError::Stopped)));
    }
}

#[test]
fn what_is_cut_off_goes_on_where_it_ended() {
    let case = Case::new();
    let half = case.length() / 2;
    case.server.script(BIG, [Act::Cut(half)]);
    case.fetches();
    let [first, second] = &case.server.asked(BIG)[..] else {
        panic!("asked {:?}", case.server.asked(BIG));
    };
    assert_eq!((&first.range, &first.if_range), (&None, &None));
    let range = second.range.as_deref().unwrap();
    let from = range.strip_prefix("bytes=").unwrap().strip_suffix('-');
    let from: usize = from.unwrap().parse().unwrap();
    assert!(from > 0 && from <= half);
    assert!(second.if_range.as_ref().unwrap().starts_with('"'));
    let again = case.server.sent(BIG) - case.length();
    assert!(again * 20 <= case.length(), "{again} bytes again");
}

#[test]
fn a_file_that_is_cut_off_again_and_again_arrives_as_long_as_it_grows() {
    let case = Case::new();
    let tenth = case.length() / 10;
    case.server.script(BIG, (0..8).map(|_| Act::Cut(tenth)));
    case.fetches();
    assert_eq!(case.server.asked(BIG).len(), 9);
}

#[test]
fn what_an_earlier_run_left_is_continued() {
    let case = Case::new();
    case.is_killed_half_way();
    assert_eq!(case.place.cached("partial").len(), 2);
    case.fetches();
    let [_, second] = &case.server.asked(BIG)[..] else {
        panic!("asked {:?}", case.server.asked(BIG));
    };
    assert!(second.range.is_some() && second.if_range.is_some());
}

#[test]
fn a_whole_file_that_was_not_proven_yet_costs_no_request() {
    let case = Case::new();
    case.is_killed_half_way();
    let bytes = case.fetch().unwrap();
    let asked = case.server.asked(BIG).len();
    let part = case.release.record.archive.digest.to_string();
    fs::create_dir_all(case.place.cache().join("partial")).unwrap();
    fs::write(case.place.cache().join("partial").join(part), bytes).unwrap();
    case.fetches();
    assert_eq!(case.server.asked(BIG).len(), asked);
}

#[test]
fn a_server_without_ranges_sends_all_of_it_again() {
    let case = Case::new();
    let half = case.length() / 2;
    case.server.script(BIG, [Act::Cut(half), Act::Whole]);
    case.fetches();
    assert_eq!(case.server.asked(BIG).len(), 2);
}

#[test]
fn a_range_that_cannot_be_had_is_not_insisted_on() {
    for refusal in [Act::Status(416, ""), Act::OtherRange] {
        let case = Case::new();
        let half = case.length() / 2;
        case.server.script(BIG, [Act::Cut(half), refusal]);
        case.fetches();
        let ranges = case.ranges();
        assert_eq!(ranges.len(), 3);
        assert_eq!(ranges[2], None);
    }
}

#[test]
fn a_file_that_changed_is_sent_whole() {
    let case = Case::new();
    case.server.tag("\"old\"");
    let half = case.length() / 2;
    // The tag changes between the two requests: with the first answer comes the old one.
    case.server.script(BIG, [Act::Cut(half)]);
    case.is_killed_half_way_or_cut();
    case.server.tag("\"new\"");
    case.fetches();
    let last = case.server.asked(BIG).pop().unwrap();
    assert_eq!(last.if_range.as_deref(), Some("\"old\""));
    // All of it was sent, although a part was asked for.
    let sent = case.server.sent(BIG);
    assert!(sent >= case.length() + half, "{sent}");
}

impl Case {
    /// A run whose connection breaks half-way, and which then stops.
    fn is_killed_half_way_or_cut(&self) {
        let half = self.length() as u64 / 2 - (64 << 10);
        let stopped = self
            .source
            .download(&self.release, &|received| match received < half {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            });
        assert!(matches!(stopped, Err(ClientError::Stopped)));
    }
}

/// Without a validator the digest at the end says that the two halves are not of one file.
#[test]
fn halves_that_do_not_belong_together_are_fetched_once_more() {
    let case = Case::new();
    case.server.without_tags();
    let half = case.length() / 2;
    case.server.script(BIG, [Act::Cut(half), Act::Altered]);
    case.fetches();
    let asked = case.server.asked(BIG);
    assert_eq!(asked.len(), 3);
    assert!(asked[1].range.is_some() && asked[1].if_range.is_none());
    assert_eq!(asked[2].range, None);
    // Only once: where the whole is wrong as well, that is what is told, and nothing is kept.
    let case = Case::new();
    case.server.without_tags();
    let acts = [Act::Cut(half), Act::Altered, Act::Altered];
    case.server.script(BIG, acts);
    let why = said(case.fetch());
    assert!(why.contains("1.0.0.tar.gz is damaged"), "{why}");
    let stated = case.release.record.archive.digest.to_string();
    assert!(why.contains(&stated), "{why}");
    assert!(why.matches("digest is ").count() == 1, "{why}");
    assert_eq!(case.server.asked(BIG).len(), 3);
    assert_eq!(case.place.cached("partial").len(), 0);
    assert_eq!(case.place.cached("archives").len(), 0);
}

#[test]
fn a_part_that_was_damaged_on_the_disk_is_thrown_away() {
    let case = Case::new();
    case.is_killed_half_way();
    let digest = case.release.record.archive.digest.to_string();
    let part = case.place.cache().join("partial").join(digest);
    let mut bytes = fs::read(&part).unwrap();
    bytes[7] ^= 1;
    fs::write(&part, bytes).unwrap();
    case.fetches();
    let ranges = case.ranges();
    assert!(ranges[1].is_some() && ranges[2].is_none());
}

#[test]
fn not_one_byte_more_than_stated() {
    let case = Case::new();
    case.server.always(BIG, Act::Endless);
    let why = said(case.fetch());
    assert!(why.contains("longer than"), "{why}");
    assert_eq!(case.place.cached("partial").len(), 0);
}

/// The end of a connection is not the end of a file whose length is known.
#[test]
fn an_answer_without_a_length_may_be_cut_off_too() {
    let case = Case::new();
    let half = case.length() / 2;
    case.server.script(BIG, [Act::Unmeasured(half)]);
    case.fetches();
    assert!(case.ranges()[1].is_some());
}

#[test]
fn a_connection_that_goes_silent_is_left() {
    let place = Place::new();
    let server = Server::of(&published(&registry()));
    let mut world = place.world();
    world.patience = Duration::from_millis(200);
    let source = client::source::open(&place.location(&server, &[]), &world).unwrap();
    let release = release(source.as_ref(), "acme/big");
    server.script(BIG, [Act::Stall(300 << 10)]);
    let bytes = source
        .download(&release, &|_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(bytes.len() as u64, release.record.archive.length);
    assert!(server.asked(BIG)[1].range.is_some());
    // One that never brings anything is not waited for again.
    server.always(BIG, Act::Stall(0));
    let why = said(source.download(&release, &|_| ControlFlow::Continue(())));
    assert!(why.contains("does not answer in time"), "{why}");
}

#[test]
fn two_at_one_file_do_not_mix_their_parts() {
    let case = Case::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| case.fetches_beside_others());
        }
    });
    assert_eq!(case.place.cached("partial").len(), 0);
}

impl Case {
    fn fetches_beside_others(&self) {
        let bytes = self.fetch().unwrap();
        let digest = registry_index::Digest::of(&bytes);
        assert_eq!(digest, self.release.record.archive.digest);
    }
}
