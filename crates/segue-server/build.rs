//! Compiles the crate again when a file is added to the page: the compiler itself notices only changes of those that it
//! has read.

fn main() {
    println!("cargo::rerun-if-changed=../../web");
}
