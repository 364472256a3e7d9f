import Files
import Testing

@Suite("Parts of a path")
struct PathPartTests {
  /// By hand, after what dirname and basename say, but for a bare name, which has no parent here.
  @Test(
    "a name of one letter has parts as any other",
    arguments: [
      ("y", "", "y"), ("", "", ""), ("/", "/", "/"), ("/y", "/", "y"), ("a/y", "a", "y"), ("a/y/", "a", "y"),
      ("a//y", "a", "y"), ("./y", ".", "y"), ("../runs/long name.d/x.svg", "../runs/long name.d", "x.svg"),
      ("ä/ö", "ä", "ö"),
    ])
  func parts(path: String, parent: String, last: String) {
    #expect(path.parentPath == parent)
    #expect(path.lastPathPart == last)
  }

  @Test(
    "what follows the last dot of the last part is its ending",
    arguments: [
      ("x", "", "x"), ("x.svg", "svg", "x"), ("a.b/x", "", "a.b/x"), ("a/x.tar.gz", "gz", "a/x.tar"),
      (".profile", "", ".profile"),
      ("a/.x.mp4", "mp4", "a/.x"),
    ])
  func endings(path: String, ending: String, rest: String) {
    #expect(path.pathEnding == ending)
    #expect(path.withoutPathEnding == rest)
  }
}
