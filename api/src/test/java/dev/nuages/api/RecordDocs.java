package dev.nuages.api;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** The Javadoc of types, and of records' components, as plain sentences. Read by the compiler itself, from the sources. */
final class RecordDocs {
    private final Map<String, String> texts = new HashMap<>();

    private RecordDocs() {}

    static RecordDocs read(Path sources) throws IOException {
        var docs = new RecordDocs();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null);
                var walk = Files.walk(sources)) {
            var java = walk.filter(f -> f.toString().endsWith(".java")).toList();
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(java));
            var trees = DocTrees.instance(task);
            for (var unit : task.parse()) {
                docs.new Reader(trees).scan(new TreePath(unit), null);
            }
        }
        return docs;
    }

    String ofType(Class<?> type) {
        return text(type.getSimpleName());
    }

    String ofComponent(Class<?> record, String component) {
        return text(record.getSimpleName() + "." + component);
    }

    private String text(String key) {
        var text = texts.get(key);
        if (text == null || text.isBlank()) {
            throw new IllegalStateException(key + " has no Javadoc: it is the user's reference, write it");
        }
        return text;
    }

    private final class Reader extends TreePathScanner<Void, Void> {
        private final DocTrees trees;

        Reader(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            DocCommentTree doc = trees.getDocCommentTree(getCurrentPath());
            if (doc != null) {
                var name = type.getSimpleName().toString();
                texts.put(name, plain(doc.getFullBody()));
                for (DocTree tag : doc.getBlockTags()) {
                    if (tag instanceof ParamTree param) {
                        texts.put(name + "." + param.getName(), plain(param.getDescription()));
                    }
                }
            }
            return super.visitClass(type, null);
        }
    }

    private static String plain(List<? extends DocTree> parts) {
        var text = parts.stream()
                .map(part ->
                        part instanceof LiteralTree literal ? literal.getBody().getBody() : part.toString())
                .collect(Collectors.joining())
                .replaceAll("</?[a-z]+>", "")
                .replaceAll("\\s+", " ")
                .strip();
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
