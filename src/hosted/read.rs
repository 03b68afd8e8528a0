//! Reading: each key by itself, and what is wrong with it.

use super::lines::{line_of, lines};
use super::{FILE, Hosted, HostedProfile, Place, Problem, policy};
use crate::attack::Domain;
use crate::heatmap::wording::plain_up_to;
use crate::limits::{
    MAX_HOSTED_BANNER, MAX_HOSTED_BYTES, MAX_HOSTED_FILES, MAX_HOSTED_PROBLEMS, MAX_HOSTED_TITLE,
    MAX_SHARED_PLATFORMS,
};
use crate::lint::meant;
use serde_json::{Map, Value};

/// All keys; `$schema` is for editors.
pub(super) const KEYS: [&str; 12] = [
    "$schema",
    "title",
    "banner",
    "domain",
    "attack",
    "policy",
    "platforms",
    "layers",
    "rules",
    "library",
    "peers",
    "profile",
];

/// Of a word out of the file that is said back.
const LONGEST_WORD: usize = 60;

/// What is gone through, and what was found on the way.
pub(super) struct Reader<'a> {
    origin: &'a str,
    lines: Vec<(String, u32)>,
    problems: Vec<Problem>,
    /// Problems beyond those that are listed.
    more: usize,
}

/// See [`Hosted::read`].
pub(super) fn read(bytes: &[u8], origin: &str) -> (Hosted, Vec<Problem>) {
    let (object, lines) = match parsed(bytes) {
        Ok(parsed) => parsed,
        Err(problem) => return (Hosted::default(), vec![problem]),
    };
    let mut reader = Reader { origin, lines, problems: Vec::new(), more: 0 };
    reader.known_keys("", &object, &KEYS);
    reader.twice();
    let mut hosted = Hosted {
        title: reader.text("title", &object, MAX_HOSTED_TITLE),
        banner: reader.text("banner", &object, MAX_HOSTED_BANNER),
        domain: reader.domain(object.get("domain")),
        version: reader.text("attack", &object, 20),
        policy: object.get("policy").and_then(|value| policy::read(&mut reader, value)),
        platforms: reader.platforms(&object),
        layers: reader.places("layers", &object),
        rules: reader.places("rules", &object),
        library: reader.places("library", &object),
        peers: reader.places("peers", &object),
        profile: reader.profile(object.get("profile")),
        lines: Vec::new(),
    };
    crate::sorted::sort_by(&mut reader.problems, |a, b| {
        a.line.unwrap_or(u32::MAX).cmp(&b.line.unwrap_or(u32::MAX))
    });
    if reader.more > 0 {
        let reason = format!("{} more problems are not listed", reader.more);
        reader.problems.push(Problem::of_file(reason, "mend those above first"));
    }
    hosted.lines = reader.lines;
    (hosted, reader.problems)
}

type Parsed = (Map<String, Value>, Vec<(String, u32)>);

fn parsed(bytes: &[u8]) -> Result<Parsed, Problem> {
    if bytes.len() > MAX_HOSTED_BYTES {
        let reason = format!("larger than {} kB", MAX_HOSTED_BYTES >> 10);
        return Err(Problem::of_file(reason, "put a long profile into a file and name that"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::of_file("no UTF-8 text", "save it as UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok((object, lines(text))),
        Ok(_) => Err(Problem::of_file("no JSON object", "write { … } around all of it")),
        Err(error) => {
            let line = u32::try_from(error.line()).ok().filter(|line| *line > 0);
            let reason = format!("no JSON: {error}");
            let remedy = "mend it at that place; an empty file of defaults is {}";
            Err(Problem { line, ..Problem::of_file(reason, remedy) })
        }
    }
}

impl Reader<'_> {
    /// Tells a problem of a key.
    pub(super) fn wrong(
        &mut self,
        key: &str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if self.problems.len() >= MAX_HOSTED_PROBLEMS {
            self.more += 1;
            return;
        }
        let line = line_of(&self.lines, key);
        let (key, reason, remedy) = (plain_up_to(key, LONGEST_WORD), reason.into(), remedy.into());
        self.problems.push(Problem { key, line, reason, remedy });
    }

    /// Tells a key that is not among the known ones.
    pub(super) fn unknown<'k>(
        &mut self,
        key: &str,
        reason: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        // Names may have dots in them: what follows the key above is the name.
        let above = ["policy.levels.", "policy.weight.", "policy."];
        let word = above.iter().find_map(|above| key.strip_prefix(above)).unwrap_or(key);
        let remedy = match meant(word, known.iter().copied()) {
            Some(name) => format!("'{name}' may have been meant"),
            None => format!("there are {}", known.join(", ")),
        };
        self.wrong(key, reason, remedy);
    }

    /// Tells a value that is not among the known ones.
    pub(super) fn unknown_value<'k>(
        &mut self,
        key: &str,
        value: &Value,
        what: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let (reason, nearest) = match value.as_str() {
            Some(word) => {
                let shown = plain_up_to(word, LONGEST_WORD);
                (format!("no {what} '{shown}'"), meant(word, known.iter().copied()))
            }
            None => (format!("no text that names a {what}"), None),
        };
        let remedy = match nearest {
            Some(name) => format!("'{name}' may have been meant"),
            None => format!("write one of {}", known.join(", ")),
        };
        self.wrong(key, reason, remedy);
    }

    /// Tells the keys of an object that nobody knows.
    pub(super) fn known_keys(&mut self, above: &str, object: &Map<String, Value>, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
            self.unknown(&path, "unknown key, passed over", known.iter().copied());
        }
    }

    /// Tells the keys that stand twice.
    fn twice(&mut self) {
        let keys = self.lines.iter().map(|(key, _)| key);
        let mut keys: Vec<String> =
            keys.filter(|key| KEYS.contains(&key.as_str())).cloned().collect();
        crate::sorted::sort(&mut keys);
        let twice: Vec<String> =
            keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
        for key in twice {
            self.wrong(&key, "stands twice; the last one counts", "leave one of them out");
        }
    }

    /// An object, if there is one.
    pub(super) fn object<'v>(
        &mut self,
        key: &str,
        value: Option<&'v Value>,
    ) -> Option<&'v Map<String, Value>> {
        let value = value?;
        if !value.is_object() {
            self.wrong(key, "no object", "write names and numbers: { \"…\": 1 }");
        }
        value.as_object()
    }

    fn text(&mut self, key: &str, object: &Map<String, Value>, longest: usize) -> Option<String> {
        let value = object.get(key)?;
        let Some(text) = value.as_str() else {
            self.wrong(key, "no text", "write it in quotes");
            return None;
        };
        if text.chars().count() > longest {
            let reason = format!("longer than {longest} characters; the rest is not shown");
            self.wrong(key, reason, "shorten it");
        }
        Some(plain_up_to(text, longest)).filter(|text| !text.is_empty())
    }

    fn domain(&mut self, value: Option<&Value>) -> Option<Domain> {
        let value = value?;
        let found = value.as_str().and_then(|name| name.parse().ok());
        if found.is_none() {
            self.unknown_value("domain", value, "domain", Domain::ALL.map(Domain::as_str));
        }
        found
    }

    fn platforms(&mut self, object: &Map<String, Value>) -> Vec<String> {
        let items = self.list("platforms", object, MAX_SHARED_PLATFORMS);
        let mut names = Vec::new();
        for (at, item) in items.iter().enumerate() {
            match item.as_str() {
                Some(name) => names.push(plain_up_to(name, LONGEST_WORD)),
                None => self.wrong(&format!("platforms.{at}"), "no text", "write it in quotes"),
            }
        }
        names
    }

    /// A list; a single text is one of one.
    fn list(&mut self, key: &str, object: &Map<String, Value>, most: usize) -> Vec<Value> {
        let mut items = match object.get(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.clone(),
            Some(text @ Value::String(_)) => vec![text.clone()],
            Some(_) => {
                self.wrong(key, "no list", "write [ \"…\", \"…\" ]");
                Vec::new()
            }
        };
        if items.len() > most {
            let reason = format!("{} are named; the first {most} are used", items.len());
            self.wrong(key, reason, "put more of them into one zip");
            items.truncate(most);
        }
        items
    }

    fn places(&mut self, key: &str, object: &Map<String, Value>) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for (at, item) in self.list(key, object, MAX_HOSTED_FILES).iter().enumerate() {
            let key = format!("{key}.{at}");
            let Some(place) = self.place(&key, item) else { continue };
            if places.iter().any(|other| other.name() == place.name()) {
                self.wrong(&key, "another one has the same path; passed over", "name it once");
            } else {
                places.push(place);
            }
        }
        places
    }

    fn place(&mut self, key: &str, value: &Value) -> Option<Place> {
        let Some(text) = value.as_str() else {
            self.wrong(key, "no address", "write it in quotes");
            return None;
        };
        match Place::read(text, self.origin) {
            Ok(place) => Some(place),
            Err(error) => {
                let reason = format!("'{}': {error}", plain_up_to(text, LONGEST_WORD));
                self.wrong(key, reason, error.remedy());
                None
            }
        }
    }

    fn profile(&mut self, value: Option<&Value>) -> Option<HostedProfile> {
        match value? {
            object @ Value::Object(_) => Some(HostedProfile::Inline(object.to_string())),
            text @ Value::String(_) => self.place("profile", text).map(HostedProfile::File),
            _ => {
                let remedy = format!("write its address in quotes, or its keys into {FILE}");
                self.wrong("profile", "neither an address nor an object", remedy);
                None
            }
        }
    }
}
