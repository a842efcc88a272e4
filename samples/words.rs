use std::collections::HashMap;

/// Counts how often each word occurs in a text.
fn count_words(text: &str) -> HashMap<String, usize> {
    
}

fn main() {
    let text = "the quick brown fox jumps over the lazy dog the end";
    for (word, count) in count_words(text) {
        println!("{word}: {count}");
    }
}
