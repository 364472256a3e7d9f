import Foundation
import Testing
import Workbench

@Suite("The page's files")
struct PageFilesTests {
  @Test("the page is at the root, what it loads under assets, each with its type; nothing else is a file")
  func files() throws {
    let page = try PageFiles()
    let root = try #require(page.file("/"))
    #expect(root.type.hasPrefix("text/html") && String(decoding: root.data, as: UTF8.self).contains("<html"))
    #expect(page.file("/assets/page.html")?.data == root.data)
    #expect(page.file("/assets/keys.js")?.type.hasPrefix("text/javascript") == true)
    for missing in ["", "/page.html", "/assets", "/assets/", "/assets/none.js", "/assets/../page.html", "keys.js"] {
      #expect(page.file(missing) == nil, "\(missing)")
    }
  }
}
