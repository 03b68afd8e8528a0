//! Modules in one script: each becomes a function that gives its exports. Knows the forms of `import` and `export`
//! that wasm-bindgen and our own snippets use, at the beginning of a line; any other is an error.

use crate::bare::bare;
use crate::listing::Dist;

/// An `import` statement.
struct Import<'t> {
    /// The statement's length.
    length: usize,
    /// What stands between `import` and `from`.
    names: &'t str,
    from: &'t str,
}

/// All modules that a script needs, each behind those it imports; itself last.
pub fn graph(script: &str, dist: &Dist) -> Result<Vec<String>, String> {
    let (mut done, mut path) = (Vec::new(), Vec::new());
    visit(script, dist, &mut done, &mut path)?;
    Ok(done)
}

fn visit(
    module: &str,
    dist: &Dist,
    done: &mut Vec<String>,
    path: &mut Vec<String>,
) -> Result<(), String> {
    if done.iter().any(|each| each == module) {
        return Ok(());
    }
    if path.iter().any(|each| each == module) {
        return Err(format!("{module} imports itself"));
    }
    path.push(module.to_owned());
    let text = dist.text(module)?;
    for (_, import) in imports(&text)? {
        visit(&resolved(module, import.from)?, dist, done, path)?;
    }
    path.pop();
    done.push(module.to_owned());
    Ok(())
}

/// The imports of a text, each with where it begins.
fn imports(text: &str) -> Result<Vec<(usize, Import<'_>)>, String> {
    let mut found = Vec::new();
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    for start in starts {
        let rest = &text[start..];
        let Some(after) = rest.strip_prefix("import ").or_else(|| rest.strip_prefix("import{"))
        else {
            continue;
        };
        let quote = after.find(['"', '\'']).ok_or("an import without an address")?;
        let mark = &after[quote..=quote];
        let from = after[quote + 1..].split(mark).next().unwrap_or("");
        let begin = "import".len();
        let end = rest.len() - after.len() + quote + from.len() + 2;
        let length = end + usize::from(rest[end..].starts_with(';'));
        let names = rest[begin..rest.len() - after.len() + quote].trim();
        let names = names.strip_suffix("from").unwrap_or(names).trim();
        found.push((start, Import { length, names, from }));
    }
    Ok(found)
}

/// An address within a module, as a path within `dist/`.
fn resolved(module: &str, from: &str) -> Result<String, String> {
    let mut path: Vec<&str> = module.split('/').collect();
    path.pop();
    if !from.starts_with('.') {
        return Err(format!("{module} imports '{from}', which is no file beside it"));
    }
    for part in from.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop().ok_or_else(|| format!("{module}: {from} leads out"))?),
            part => path.push(part),
        }
    }
    Ok(path.join("/"))
}

/// The modules, in an order as [`graph`] gives it, as one script that ends with the last one's exports in `page`.
pub fn bundle(modules: &[String], dist: &Dist) -> Result<String, String> {
    let mut script = String::new();
    for (number, module) in modules.iter().enumerate() {
        let text = dist.text(module)?;
        let body = body(module, &text, modules)?;
        let name =
            if number + 1 == modules.len() { "page".to_owned() } else { format!("module{number}") };
        script.push_str(&format!("const {name} = (() => {{\n{body}}})();\n"));
    }
    Ok(script)
}

fn body(module: &str, text: &str, modules: &[String]) -> Result<String, String> {
    let mut code = String::new();
    let mut at = 0;
    for (start, import) in imports(text)? {
        let from = resolved(module, import.from)?;
        let number = modules.iter().position(|each| *each == from);
        let number =
            number.ok_or_else(|| format!("{module} imports {from}, which is not there"))?;
        code.push_str(&text[at..start]);
        at = start + import.length;
        let names = import.names;
        let bound = match (names.strip_prefix('{'), names.strip_prefix("* as ")) {
            (Some(list), _) => format!("{{{}", list.replace(" as ", ": ")),
            (_, Some(name)) => name.to_owned(),
            _ if names.is_empty() => continue,
            _ => return Err(format!("{module}: import {names} is not understood")),
        };
        code.push_str(&format!("const {bound} = module{number};"));
    }
    code.push_str(&text[at..]);
    let (mut lines, mut exports) = (String::new(), Vec::new());
    for line in code.lines() {
        lines.push_str(exported(module, line, &mut exports)?);
        lines.push('\n');
    }
    let lines = bare(&lines);
    Ok(format!("{lines}return {{ {} }};\n", exports.join(", ")))
}

/// A line without its `export`; what it exports is added, as a property.
fn exported<'l>(module: &str, line: &'l str, exports: &mut Vec<String>) -> Result<&'l str, String> {
    let Some(rest) =
        line.strip_prefix("export ").or_else(|| line.strip_prefix("export{").map(|_| &line[6..]))
    else {
        return Ok(line);
    };
    if let Some(list) = rest.strip_prefix('{') {
        let list = list.trim_end().trim_end_matches(';').strip_suffix('}');
        let list = list.ok_or_else(|| format!("{module}: '{line}' is not understood"))?;
        for each in list.split(',').map(str::trim).filter(|each| !each.is_empty()) {
            exports.push(match each.split_once(" as ") {
                Some((inner, outer)) => format!("{outer}: {inner}"),
                None => each.to_owned(),
            });
        }
        return Ok("");
    }
    for kind in ["async function ", "function ", "class ", "const "] {
        if let Some(after) = rest.strip_prefix(kind) {
            let end = after.find(|c: char| !(c.is_alphanumeric() || "_$".contains(c)));
            exports.push(after[..end.unwrap_or(after.len())].to_owned());
            return Ok(rest);
        }
    }
    Err(format!("{module}: '{line:.60}' is not understood"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_and_exports_become_bindings() {
        let modules = ["a/b.js".to_owned(), "page.js".to_owned()];
        let text = "import { x, y as z } from './a/b.js';\nimport * as all from \"./a/b.js\"\n/** says\n * it */\nexport async function f() {\n    return x(z, all);\n}\nexport { f as default, y };\n";
        assert_eq!(
            body("page.js", text, &modules).expect("understood"),
            "const { x, y: z } = module0;\nconst all = module0;\nasync function f() {\nreturn x(z, all);\n}\nreturn { f, default: f, y };\n"
        );
        assert!(body("page.js", "export default 1;", &modules).is_err());
        assert!(body("page.js", "export let a = 1;", &modules).is_err());
        assert!(body("page.js", "import x from './a/b.js';", &modules).is_err());
        assert!(body("page.js", "import { x } from './c.js';", &modules).is_err());
        assert_eq!(resolved("s/t/u.js", "../v.js").as_deref(), Ok("s/v.js"));
        assert!(resolved("u.js", "../v.js").is_err() && resolved("u.js", "v").is_err());
    }
}
