import Foundation
import Testing

@Suite("The source of the page")
struct PageSourceTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Workbench/Page").standardizedFileURL

  private static func files(_ ending: String) throws -> [(name: String, text: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter { $0.hasSuffix(ending) }.map {
      ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
    }
  }

  @Test("what people write becomes text and attributes by the browser's own means, never HTML or a script")
  func safeDrawing() throws {
    let scripts = try Self.files(".js")
    #expect(scripts.count > 15)
    for script in scripts {
      for word in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "srcdoc", "eval(",
        "new Function", "javascript:", "__proto__", "setTimeout(\"", "postMessage",
      ] {
        #expect(!script.text.contains(word), "\(word) in \(script.name)")
      }
    }
  }

  @Test("the page has no script or style in it, and loads nothing from elsewhere")
  func page() throws {
    let html = try #require(try Self.files(".html").first).text
    for word in ["<style", " style=", "http://", "https://"] { #expect(!html.contains(word), "\(word)") }
    #expect(!html.contains(/\ on[a-z]+=/))
    #expect(!html.contains(/<script(?![^>]* src="\/assets\/)/))
  }

  @Test("the code of a link is in the fragment, leaves the address at once, and is sent in a body")
  func fragment() throws {
    let app = try #require(try Self.files(".js").first { $0.name == "app.js" }).text
    #expect(app.contains("location.hash") && app.contains("history.replaceState(null, \"\", location.pathname)"))
    #expect(app.contains("post(\"/api/join\", { code })") && !app.contains("?join="))
  }
}
